/**
 * Layers with weights, and the way to move one of their weights.
 *
 * In a quantized layer the scaled weight s * q of the forward pass is moved, not the latent one that training
 * moves. A latent weight of a binary layer changes nothing until it crosses 0, so its discrete gradient would
 * be zero or a jump. The straight-through estimator gives the latent weight the gradient of s * q, which is
 * the one to compare with.
 */

import { QuantizedLayer } from '../layers/index.js';
import * as tf from '../tensorflow/index.js';

export interface WeightLayer {
  layer: tf.layers.Layer;
  /** The kernel that training moves; its gradient is the straight-through one. */
  variable: tf.Variable;
  /** The weights as the forward pass uses them. */
  weights: Float32Array;
  /** Moves one weight by `amount`; 0 restores all weights. */
  move(index: number, amount: number): void;
}

/** Returns the layers with a trainable kernel, without those of models inside of the model. */
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
