/**
 * libtensorflow's CPU gradients of a convolution write beyond their buffers, or divide by zero and end the process,
 * where the strides down and right differ (seen with 2.12: thousands of random shapes with equal strides pass, of
 * those with unequal ones some crash). A typed error is better than that.
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
      requireEqualStrides(params.attrs?.strides as number | [number, number]);
      return original.kernelFunc(params);
    };
    guarded.add(kernelFunc);
    tf.unregisterKernel(kernelName, 'tensorflow');
    tf.registerKernel({ ...original, kernelFunc });
  }
}

function requireEqualStrides(strides: number | [number, number]): void {
  if (typeof strides === 'number' || strides[0] === strides[1]) return;
  throw new UnsupportedGradientError(
    `The native backend cannot train a convolution with the strides ${strides.join(' and ')}; ` +
      'give both the same, or train on the wasm backend (BD_EDGE_BACKEND=wasm).',
  );
}
