import { replaceKernel } from '../replace-kernel.js';
import { batchMatMul } from './batch-mat-mul.js';
import { comparison, logicalAnd } from './comparison.js';
import { conv2d } from './conv2d.js';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { conv2dBackpropInput } from './conv2d-backprop-input.js';
import { identity } from './identity.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { reduction } from './reduction.js';
import { select } from './select.js';
import { tile } from './tile.js';

let registered = false;

/**
 * Registers the kernels that training needs and the wasm backend lacks, computes wrongly or computes slowly.
 * Once.
 */
export function registerKernels(): void {
  if (registered) return;
  registered = true;
  replaceKernel('wasm', 'BatchMatMul', batchMatMul);
  for (const name of ['Conv2D', 'FusedConv2D']) replaceKernel('wasm', name, conv2d);
  replaceKernel('wasm', 'Conv2DBackpropFilter', () => conv2dBackpropFilter);
  replaceKernel('wasm', 'Conv2DBackpropInput', () => conv2dBackpropInput);
  for (const name of ['Greater', 'GreaterEqual', 'Less', 'LessEqual'] as const)
    replaceKernel('wasm', name, comparison(name));
  replaceKernel('wasm', 'Identity', () => identity);
  replaceKernel('wasm', 'LogicalAnd', logicalAnd);
  replaceKernel('wasm', 'Mean', reduction('mean'));
  replaceKernel('wasm', 'MaxPoolGrad', () => maxPoolGrad);
  replaceKernel('wasm', 'Select', select);
  replaceKernel('wasm', 'Sum', reduction('sum'));
  replaceKernel('wasm', 'Tile', () => tile);
}
