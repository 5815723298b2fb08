import { replaceKernel } from '../replace-kernel.js';
import { bfloat16Convolution } from './bfloat16-convolution.js';
import { guardedGradient } from './gradient-guard.js';
import type { Kernel } from './kernel.js';
import { maxPoolGrad } from './max-pool-grad.js';

let registered = false;

/** Replaces kernels of tfjs-node by guarded and faster versions, once. */
export function registerKernels(): void {
  if (registered) return;
  registered = true;
  replaceKernel('tensorflow', 'Conv2D', bfloat16Convolution);
  for (const gradient of ['Conv2DBackpropFilter', 'Conv2DBackpropInput'])
    replaceKernel('tensorflow', gradient, (own: Kernel) => guardedGradient(bfloat16Convolution(own)));
  replaceKernel('tensorflow', 'MaxPoolGrad', maxPoolGrad);
}
