import * as tf from '../tensorflow/index.js';

/** Puts a kernel in the place of a backend's own, which it is given (undefined where there is none). */
export function replaceKernel<Call>(
  backendName: string,
  kernelName: string,
  make: (own: (call: Call) => tf.TensorInfo) => (call: Call) => tf.TensorInfo,
): void {
  const own = tf.getKernel(kernelName, backendName);
  if (own) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    ...own,
    kernelName,
    backendName,
    kernelFunc: make(own?.kernelFunc as never) as unknown as tf.KernelConfig['kernelFunc'],
  });
}
