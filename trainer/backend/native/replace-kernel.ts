import * as tf from '@tensorflow/tfjs';
import type { Library } from './library.js';

/** What a kernel is called with. */
export interface Call {
  inputs: Record<string, tf.TensorInfo>;
  attrs: Record<string, unknown>;
  backend: Library;
}

export type Kernel = (call: Call) => tf.TensorInfo;

/** Puts a kernel in the place of tfjs-node's own, which it is given. */
export function replaceKernel(kernelName: string, make: (own: Kernel) => Kernel): void {
  const own = tf.getKernel(kernelName, 'tensorflow');
  tf.unregisterKernel(kernelName, 'tensorflow');
  tf.registerKernel({
    ...own,
    kernelFunc: make(own.kernelFunc as unknown as Kernel) as unknown as tf.KernelFunc,
  });
}
