/**
 * Binary weights with a scale for each output channel, as in Rastegari et al. 2016 (arXiv 1603.05279). The
 * BinaryDuo authors use one scale for the layer.
 *
 *     w ~ alpha_c * sign(w),   alpha_c = mean|w| over the weights of output c
 *
 * The batch norm behind the layer divides them out again, so folding puts them into the thresholds and they
 * cost nothing. Only training sees them.
 */
import * as tf from '../tensorflow/index.js';
import type { CopyLayout } from './binary-weights.js';
import { SMALLEST_SCALE } from './scaled-integers.js';

/**
 * Computes the scales.
 *
 * @param latents [pixels, copies, inputs, outputs]
 * @returns one float32 per output; two copies of w/2 give alpha/2 to the last bit, as for the scale of a
 *   layer
 */
export function channelScales(
  latents: Float32Array,
  outputs: number,
  { pixels, copies }: CopyLayout,
): Float32Array {
  const run = latents.length / (pixels * copies);
  const means = new Float64Array(outputs);
  for (let copy = 0; copy < copies; copy++) {
    const sums = new Float64Array(outputs);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const start = (pixel * copies + copy) * run;
      for (let i = 0; i < run; i++) sums[i % outputs] += Math.abs(latents[start + i]);
    }
    for (let c = 0; c < outputs; c++) means[c] += sums[c] / ((pixels * run) / outputs);
  }
  return Float32Array.from(means, (mean) => Math.max(Math.fround(mean / copies), SMALLEST_SCALE));
}

/** Does the same as `straightThrough`, with a scale for each index of the last axis. */
export function straightThroughChannels(
  latent: tf.Tensor,
  values: Float32Array,
  scales: tf.Tensor1D,
): tf.Tensor {
  const replace = tf.customGrad((input, save) => {
    (save as (tensors: tf.Tensor[]) => void)([scales]);
    return {
      value: tf.tensor(values, (input as tf.Tensor).shape, 'float32'),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.div(dy, saved[0]),
    };
  });
  return replace(latent);
}
