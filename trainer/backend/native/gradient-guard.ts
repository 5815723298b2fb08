/**
 * libtensorflow's CPU gradients of a convolution write beyond their buffers, or divide by zero and end the process,
 * where a stride is larger than its kernel (seen with 2.12: such random shapes crash within some hundred, while tens of
 * thousands of others pass). A typed error is better than that.
 */
import type * as tf from '../../tensorflow/index.js';
import { UnsupportedGradientError } from '../errors.js';
import type { Kernel } from './kernel.js';

/** The gradients of filter or input, but for shapes that crash. */
export const guardedGradient =
  (own: Kernel): Kernel =>
  (call) => {
    const { filterShape, strides } = call.attrs as unknown as ConvolutionAttributes;
    requireNoGaps(filterShape ?? (call.inputs.filter as tf.Tensor).shape, strides);
    return own(call);
  };

interface ConvolutionAttributes {
  /** Height, width, channels in and out; only the filter's gradient has it, the other has the filter itself. */
  filterShape?: number[];
  strides: number | [number, number];
}

/** Windows that leave pixels out between them are what crashes. */
function requireNoGaps([height, width]: number[], strides: number | [number, number]): void {
  const [down, right] = typeof strides === 'number' ? [strides, strides] : strides;
  if (down <= height && right <= width) return;
  throw new UnsupportedGradientError(
    `The native backend cannot train a ${height}x${width} convolution with strides of ${down} and ${right}, larger ` +
      'than the kernel; pool or crop before it, or train on the wasm backend (BD_EDGE_BACKEND=wasm).',
  );
}
