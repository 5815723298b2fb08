/**
 * The toy experiment's network: square layers without biases, an activation behind each, the last included.
 *
 *     a_0 = x,   z_l = a_(l-1) W_l,   a_l = act(z_l)
 *     L = sum over samples and outputs of (a_last - target)^2
 */

import type { Random } from '../numbers/random.js';
import type { Surrogate } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import type { ToyActivation } from './activation.js';
import { fillNormal } from './normal.js';

/** The weights of each layer: [input, output], `width` squared of them. */
export interface Perceptron {
  readonly width: number;
  readonly weights: readonly Float32Array[];
}

/** Normal weights of variance 2 / width (He et al. 2015, arXiv 1502.01852), which keep half of the neurons away from 0. */
export function randomPerceptron(width: number, layers: number, random: Random): Perceptron {
  const deviation = Math.sqrt(2 / width);
  const weights = Array.from({ length: layers }, () =>
    fillNormal(new Float32Array(width * width), random, deviation),
  );
  return { width, weights };
}

/** What a batch of samples does to a network: all are samples x width, a layer each. */
export interface Trace {
  readonly samples: number;
  /** a_(l-1), what each layer multiplies. */
  readonly inputs: Float32Array[];
  /** z_l, before the activation. */
  readonly sums: Float32Array[];
  readonly targets: Float32Array;
}

/**
 * @param x samples x width
 * @returns samples x width
 */
export function outputs(net: Perceptron, activation: ToyActivation, x: Float32Array): Float32Array {
  return trace(net, activation, x).outputs;
}

/**
 * A pass of samples through a network, with all that happens on the way.
 *
 * @param x samples x width
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

/** dL/dW of each layer, as backpropagation through the surrogate has it. */
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

/** The numbers of a tensor, outside of a tidy: that would look for tensors among a million numbers, one by one. */
function read(compute: () => tf.Tensor): Float32Array {
  const tensor = tf.tidy(compute);
  const values = tensor.dataSync() as Float32Array;
  tensor.dispose();
  return values;
}
