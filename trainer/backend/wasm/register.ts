import * as tf from '@tensorflow/tfjs';
import { batchMatMul } from './batch-mat-mul.js';
import { comparison, logicalAnd } from './comparison.js';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { conv2dBackpropInput } from './conv2d-backprop-input.js';
import { identity } from './identity.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { reduction } from './reduction.js';
import { select } from './select.js';
import { tile } from './tile.js';

/** Puts a kernel in the place of the wasm backend's own, which it is given (undefined where there is none). */
function replaceKernel<Call>(
  kernelName: string,
  make: (own: (call: Call) => tf.TensorInfo) => (call: Call) => tf.TensorInfo,
): void {
  const own = tf.getKernel(kernelName, 'wasm');
  if (own) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...own,
    kernelName,
    backendName: 'wasm',
    kernelFunc: make(own?.kernelFunc as never) as unknown as tf.KernelConfig['kernelFunc'],
  });
}

let registered = false;

/** Registers what the wasm backend lacks for training, and faster versions of what it does slowly. Once. */
export function registerKernels(): void {
  if (registered) return;
  registered = true;
  replaceKernel('BatchMatMul', batchMatMul);
  replaceKernel('Conv2DBackpropFilter', () => conv2dBackpropFilter);
  replaceKernel('Conv2DBackpropInput', () => conv2dBackpropInput);
  for (const name of ['Greater', 'GreaterEqual', 'Less', 'LessEqual'] as const)
    replaceKernel(name, comparison(name));
  replaceKernel('Identity', () => identity);
  replaceKernel('LogicalAnd', logicalAnd);
  replaceKernel('Mean', reduction('mean'));
  replaceKernel('MaxPoolGrad', () => maxPoolGrad);
  replaceKernel('Select', select);
  replaceKernel('Sum', reduction('sum'));
  replaceKernel('Tile', () => tile);
}
