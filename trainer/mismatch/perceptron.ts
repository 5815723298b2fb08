/**
 * The network of the toy experiment: square layers without biases, with an activation behind each layer.
 *
 *     a_0 = x,   z_l = a_(l-1) W_l,   a_l = act(z_l)
 *     L = sum over samples and outputs of (a_last - target)^2
 */

import type { Random } from '../numbers/random.js';
import type { Surrogate } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import type { ToyActivation } from './activation.js';
import { fillNormal } from './normal.js';

/** Square layers of `width` units; the weights of each layer are [input, output]. */
export interface Perceptron {
  readonly width: number;
  readonly weights: readonly Float32Array[];
}

/**
 * Draws normal weights of variance 2 / width (He et al. 2015, arXiv 1502.01852), which keep half of the
 * neurons above 0.
 */
export function randomPerceptron(width: number, layers: number, random: Random): Perceptron {
  const deviation = Math.sqrt(2 / width);
  const weights = Array.from({ length: layers }, () =>
    fillNormal(new Float32Array(width * width), random, deviation),
  );
  return { width, weights };
}

/** The values of a batch in a network: each array is [samples, width], one per layer. */
export interface Trace {
  readonly samples: number;
  /** a_(l-1), the input of each layer. */
  readonly inputs: Float32Array[];
  /** z_l, before the activation. */
  readonly sums: Float32Array[];
  readonly targets: Float32Array;
}

/**
 * Runs samples through a network.
 *
 * @param x [samples, width]
 * @returns [samples, width]
 */
export function outputs(net: Perceptron, activation: ToyActivation, x: Float32Array): Float32Array {
  return trace(net, activation, x).outputs;
}

/**
 * Runs samples through a network and keeps all values.
 *
 * @param x [samples, width]
 */
export function trace(net: Perceptron, activation: ToyActivation, x: Float32Array) {
  const { width } = net;
  const samples = x.length / width;
  const inputs: Float32Array[] = [];
  const sums: Float32Array[] = [];
  let values = x;
  for (const weights of net.weights) {
    inputs.push(values);
    const product = read(() =>
      tf.matMul(tf.tensor2d(values, [samples, width]), tf.tensor2d(weights, [width, width])),
    );
    sums.push(product);
    values = product.map((z) => activation.at(z));
  }
  return { samples, inputs, sums, outputs: values };
}

/** Returns dL/dW of each layer by backpropagation through the surrogate. */
export function straightThroughGradient(
  net: Perceptron,
  activation: ToyActivation,
  surrogate: Surrogate,
  x: Float32Array,
  targets: Float32Array,
): Float32Array[] {
  const { width } = net;
  const shape: [number, number] = [x.length / width, width];
  const gradients = tf.tidy(() => {
    const loss = (...weights: tf.Tensor[]) => {
      let values: tf.Tensor = tf.tensor2d(x, shape);
      for (const w of weights)
        values = activation.apply(tf.matMul(values as tf.Tensor2D, w as tf.Tensor2D), surrogate);
      return tf.sum(tf.square(tf.sub(values, tf.tensor2d(targets, shape))));
    };
    return tf.grads(loss)(net.weights.map((w) => tf.tensor2d(w, [width, width])));
  });
  return gradients.map((gradient) => read(() => gradient));
}

/** Reads the numbers of a tensor outside of a tidy, which would search a million numbers for tensors. */
function read(compute: () => tf.Tensor): Float32Array {
  const tensor = tf.tidy(compute);
  const values = tensor.dataSync() as Float32Array;
  tensor.dispose();
  return values;
}
