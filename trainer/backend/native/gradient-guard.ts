/**
 * Guards the gradients of a convolution. Those of libtensorflow for CPUs write beyond their buffers, or
 * divide by zero and end the process, where a stride is larger than the kernel. (Seen with 2.12: random
 * shapes of this kind crash within some hundred, while tens of thousands of others pass.)
 * `requireTrainableLayers` finds such layers before a training.
 */
import type * as tf from '../../tensorflow/index.js';
import { unsupportedGradient } from '../errors.js';
import type { Kernel } from './kernel.js';

/** Throws for shapes that would crash, and calls `own` for all others. */
export const guardedGradient =
  (own: Kernel): Kernel =>
  (call) => {
    const { filterShape, strides } = call.attrs as unknown as ConvolutionAttributes;
    const [height, width] = filterShape ?? (call.inputs.filter as tf.Tensor).shape;
    const [down, right] = typeof strides === 'number' ? [strides, strides] : strides;
    if (!leavesGaps([height, width], [down, right])) return own(call);
    throw unsupportedGradient(
      `The native backend cannot train a ${height} x ${width} convolution with strides of ${down} x ${right}, larger ` +
        'than the kernel; pool or crop before it, or train on the wasm backend.',
    );
  };

interface ConvolutionAttributes {
  /**
   * Height, width, input and output channels. Only the filter's gradient has it; the input's has the filter
   * itself.
   */
  filterShape?: number[];
  strides: number | [number, number];
}

/** Whether the windows leave out pixels between them. */
export function leavesGaps(kernel: readonly number[], strides: readonly number[]): boolean {
  return strides[0] > kernel[0] || strides[1] > kernel[1];
}
