/**
 * The weights that a network multiplies with, one layer at a time, and how to move one of them.
 *
 * A quantized layer is moved where the forward pass uses it: the scaled weight s * q, not the latent one that training
 * moves. A latent weight of a binary layer changes nothing until it crosses 0, and then everything: its discrete
 * gradient would be zero or a jump. The straight-through estimator hands the latent weight the gradient of s * q, so
 * that is what it must be held against.
 */

import { QuantizedLayer } from '../layers/index.js';
import * as tf from '../tensorflow/index.js';

export interface WeightLayer {
  layer: tf.layers.Layer;
  /** The kernel that training moves; its gradient is the straight-through one. */
  variable: tf.Variable;
  /** As the forward pass uses them. */
  weights: Float32Array;
  /** Moves one weight by `amount`; 0 puts everything back. */
  move(index: number, amount: number): void;
}

/** Layers of a model's surface with a trainable kernel. Biases and batch norms are none. */
export function weightLayers(model: tf.LayersModel): WeightLayer[] {
  return model.layers.flatMap((layer) => {
    const kernel = layer.trainableWeights.find(({ originalName }) => /kernel$/.test(originalName));
    if (!kernel) return [];
    return layer instanceof QuantizedLayer ? [quantized(layer, kernel)] : [plain(layer, kernel)];
  });
}

function quantized(layer: QuantizedLayer, kernel: tf.LayerVariable): WeightLayer {
  return {
    layer,
    variable: kernel.read() as tf.Variable,
    weights: layer.usedWeights(),
    move: (index, amount) => layer.nudge(amount === 0 ? null : { index, amount }),
  };
}

function plain(layer: tf.layers.Layer, kernel: tf.LayerVariable): WeightLayer {
  const weights = (kernel.read().dataSync() as Float32Array).slice();
  return {
    layer,
    variable: kernel.read() as tf.Variable,
    weights,
    move(index, amount) {
      const moved = weights.slice();
      moved[index] += amount;
      const values = tf.tensor(moved, kernel.shape as number[]);
      kernel.write(values);
      values.dispose();
    },
  };
}
