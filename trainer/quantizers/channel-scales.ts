/**
 * Binary weights with a scale for each output channel instead of one for the layer (Rastegari et al. 2016,
 * arXiv 1603.05279, as they have it; the BinaryDuo authors take one):
 *
 *     w ~ alpha_c * sign(w),   alpha_c = mean|w| over the weights of output c
 *
 * The norm behind the layer divides them out again, so they cost nothing: folding takes them into the thresholds. Only
 * training sees them.
 */
import * as tf from '../tensorflow/index.js';
import type { CopyLayout } from './binary-weights.js';
import { SMALLEST_SCALE } from './scaled-integers.js';

/**
 * @param latents [pixels, copies, inputs, outputs]
 * @returns one float32 an output; two copies of w/2 give alpha/2 to the last bit, as for a layer's scale
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

/** As `straightThrough`, for a product with a scale for each of the last axis. */
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
