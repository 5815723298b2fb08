import type { Kernel } from '../sdk/engine/kernels.js';
import type { Node } from '../sdk/format/graph.js';
import type { CompiledBuild } from './compile.js';
import mvp from './mvp-parts.generated.js';
import simd from './simd-parts.generated.js';

/** The parts of an engine build (assembly/parts) as wasm: functions by name, for the linker to choose from. */
export function partsWasm(build: CompiledBuild): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob({ mvp, simd }[build]), (character) => character.charCodeAt(0));
}

/** The parts that one op needs. */
export interface OpParts {
  /** Runs the op: (model, arena, scratch, expanded, choice, index); none where the op before does it too. */
  run?: string;
  /** Makes its expanded weights, once, before the first run: (model, expanded, choice, index). */
  prepare?: string;
  /** Parts that those two call. */
  inside: string[];
}

const SCALAR: Record<Node['kind'], string> = {
  'int8-convolution': 'scalarInt8',
  'binary-convolution': 'scalarBinary',
  'max-pool': 'pool',
  'sum-pool': 'windowSums',
};

/** Which parts an op of some kind needs on the kernel that {@link kernelOf} chose for it. */
export function partsOf(kind: Node['kind'], kernel: Kernel): OpParts {
  switch (kernel.name) {
    case 'scalar':
    case 'pool':
      return { run: SCALAR[kind], inside: [] };
    case 'popcount':
      return { run: 'popcount', inside: [] };
    case 'none':
      return { inside: [] };
    case 'halve':
      return { run: 'halving', inside: [] };
    case 'planes':
      return { run: 'planes', prepare: 'preparePlanes', inside: [] };
    case 'pairs':
      return { run: 'pairs', prepare: 'preparePairs', inside: [] };
    case 'table':
      return { run: 'table', prepare: 'prepareTable', inside: tableSteps(kernel) };
  }
}

/** Of the steps that scripts/generate-table-steps.mjs unrolled, the ones for the size of tile that was chosen. */
function tableSteps({ table }: Kernel): string[] {
  if (!table) return [];
  // The rule of assembly/kernels/simd/table.ts: three values of more than 5 bits do not fit a nibble.
  const form = table.groupBits > 5 ? 'pairs' : 'triples';
  return ['first', 'next'].flatMap((step) => [
    step,
    `${form}${step[0].toUpperCase()}${step.slice(1)}${table.vectors}`,
  ]);
}
