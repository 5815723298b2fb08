import type { Model } from '../format/parse.js';
import { pixelBytes } from '../format/tensor.js';
import * as plan from './table-plan.js';
import type { EngineBuild } from './wasm.js';

/** The kernel that runs an op, and why that one. */
export interface Kernel {
  /** `table`: 3x3 by tables over the activations; `scalar`: as the mvp build; `pool`: max-pool, a word at a time. */
  name: 'table' | 'scalar' | 'pool';
  /** In words, for people. */
  reason: string;
  /** Bytes of scratch memory that it needs. */
  scratchBytes: number;
  /** Bytes that it keeps from load on. */
  expandedBytes: number;
}

/**
 * Which kernel a build of the engine runs op `index` of a model on. docs/performance.md has the rule; this is the
 * same code as the engine's where a choice depends on numbers.
 */
export function kernelOf(model: Model, index: number, build: EngineBuild): Kernel {
  const node = model.nodes[index];
  if (node.kind === 'max-pool') {
    return { name: 'pool', reason: 'max-pool has one kernel', scratchBytes: 0, expandedBytes: 0 };
  }
  const input = model.tensors[node.input];
  const tapBytes = node.kind === 'binary-convolution' ? pixelBytes(input) : input.channels;
  const { window } = node;
  const scalar = (reason: string): Kernel => ({
    name: 'scalar',
    reason,
    scratchBytes: window.kernelHeight * window.kernelWidth * tapBytes,
    expandedBytes: 0,
  });
  if (build === 'mvp') return scalar('the mvp build has scalar kernels only');
  if (node.kind === 'int8-convolution') return scalar('int8 weights');
  if (node.epilogue.kind === 'sum') return scalar('sums leave it as they are');
  if (window.kernelHeight !== 3 || window.kernelWidth !== 3) return scalar('not 3x3');
  if (window.strideY !== 1 || window.strideX !== 1) return scalar('stride beyond 1');
  const shape = [
    node.outputHeight,
    node.outputWidth,
    input.width,
    window.paddingLeft,
    input.channels,
    input.planes,
    node.filters,
    node.epilogue.cuts.length,
    pixelBytes(model.tensors[index + 1]),
  ] as const;
  const choice = plan.chooseTable(...shape);
  if (choice === 0) return scalar('tables would be more work than they save, or too much memory');
  plan.layOutTable(choice, ...shape);
  return {
    name: 'table',
    reason: `3x3, stride 1: ${plan.groupBits} channels a table, tiles of ${plan.tileHeight} x ${plan.tileWidth}`,
    scratchBytes: plan.scratchBytes,
    expandedBytes: plan.expandedBytes,
  };
}
