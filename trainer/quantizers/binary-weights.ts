/**
 * Binary weights are signs with one scale for the layer (Rastegari et al. 2016, arXiv 1603.05279).
 *
 *     w ~ alpha * sign(w),   alpha = mean|w|,   sign(0) = +1
 *
 * A layer behind a decoupled activation holds each weight twice, [all first copies | all second copies] along
 * its input channels. Its alpha is the mean over the copies of mean|w|. Each copy is summed in the order of
 * the coupled layer, so two copies of w/2 give alpha/2 to the last bit.
 *
 * @example binaryWeights(new Float32Array([0.5, -1.5])) // { values: [1, -1], scale: 1 }
 */
import { type ScaledIntegers, SMALLEST_SCALE } from './scaled-integers.js';

/** The memory layout of a kernel: [pixels, copies, the rest]. */
export interface CopyLayout {
  /** The number of positions in the window, or in the feature map that was flattened before a dense layer. */
  pixels: number;
  copies: number;
}

const SINGLE: CopyLayout = { pixels: 1, copies: 1 };

/** Quantizes weights to signs. */
export function binaryWeights(latents: Float32Array, layout: CopyLayout = SINGLE): ScaledIntegers {
  const values = new Int8Array(latents.length);
  for (let i = 0; i < values.length; i++) values[i] = latents[i] >= 0 ? 1 : -1;
  return { values, scale: meanMagnitude(latents, layout) };
}

/** Returns the mean magnitude, computed in float64 and rounded to float32 once. */
function meanMagnitude(latents: Float32Array, { pixels, copies }: CopyLayout): number {
  const run = latents.length / (pixels * copies);
  let mean = 0;
  for (let copy = 0; copy < copies; copy++) {
    let sum = 0;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const start = (pixel * copies + copy) * run;
      for (let i = start; i < start + run; i++) sum += Math.abs(latents[i]);
    }
    mean += sum / (pixels * run);
  }
  return Math.max(Math.fround(mean / copies), SMALLEST_SCALE);
}
