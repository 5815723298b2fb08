import * as tf from '../tensorflow/index.js';

/** Replaces a kernel of a backend. `make` gets the backend's own kernel, or undefined if it has none. */
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
