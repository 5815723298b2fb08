/**
 * libtensorflow's CPU gradients of a convolution write beyond their buffers, or divide by zero and end the process,
 * where a stride is larger than its kernel (seen with 2.12: such random shapes crash within some hundred, while tens of
 * thousands of others pass). A typed error is better than that.
 */
import * as tf from '@tensorflow/tfjs';
import { UnsupportedGradientError } from './errors.js';

const GRADIENTS = ['Conv2DBackpropFilter', 'Conv2DBackpropInput'] as const;

const guarded = new WeakSet<tf.KernelFunc>();

/** Wraps the native kernels. May be called again. */
export function guardNativeGradients(): void {
  for (const kernelName of GRADIENTS) {
    const original = tf.getKernel(kernelName, 'tensorflow');
    if (guarded.has(original.kernelFunc)) continue;
    const kernelFunc: tf.KernelFunc = (params) => {
      const { filterShape, strides } = params.attrs as unknown as ConvolutionAttributes;
      requireNoGaps(filterShape ?? (params.inputs.filter as tf.Tensor).shape, strides);
      return original.kernelFunc(params);
    };
    guarded.add(kernelFunc);
    tf.unregisterKernel(kernelName, 'tensorflow');
    tf.registerKernel({ ...original, kernelFunc });
  }
}

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
