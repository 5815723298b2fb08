import type { Kernel, Model, Shape } from '@bd-edge/sdk/internal';
import type { CompiledBuild } from './builds.js';
import mvp from './mvp-parts.generated.js';
import simd from './simd-parts.generated.js';

/** Returns the parts of an engine build (assembly/parts) as a wasm module whose exports the linker chooses from. */
export function partsWasm(build: CompiledBuild): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob({ mvp, simd }[build]), (character) => character.charCodeAt(0));
}

/** The names of the parts that one op needs. */
export interface OpParts {
  /** Runs the op: (model, arena, scratch, expanded, choice, index). */
  run: string;
  /** Expands its weights once, before the first run: (model, expanded, choice, index). */
  prepare?: string;
  /** The parts that those two call. */
  inside: string[];
}

/**
 * Returns the parts that op `index` needs on the kernel that {@link kernelOf} chose for it.
 */
export function partsOf(model: Model, index: number, kernel: Kernel, build: CompiledBuild): OpParts {
  const { inside, ...parts } = kernelParts(model, index, kernel);
  const output = model.tensors[index + 1].type;
  const fixedPoint = 'epilogue' in model.ops[index] && (output === 'u8' || output === 'int16');
  return { ...parts, inside: [...inside, ...(fixedPoint ? FIXED_POINT[build] : [])] };
}

const FIXED_POINT: Record<CompiledBuild, string[]> = {
  mvp: ['openFixedPoint', 'putFixedPoint'],
  simd: ['openFixedPoint', 'putFixedPoint', 'putFixedPointRun'],
};

function kernelParts(model: Model, index: number, kernel: Kernel): OpParts {
  const node = model.ops[index];
  const pool = 'pool' in node && node.pool ? ['poolOutput'] : [];
  switch (kernel.name) {
    case 'scalar':
      return { run: node.kind === 'binary-convolution' ? 'scalarBinary' : 'scalarInt8', inside: [] };
    case 'pool':
      return {
        run: node.kind === 'sum-pool' ? 'windowSums' : maxPoolOf(model.tensors[index + 1]),
        inside: [],
      };
    case 'sparse':
      return { run: 'sparse', prepare: 'prepareSparse', inside: pool };
    case 'halve':
      return { run: 'halving', inside: [] };
    case 'maxima':
      return { run: 'greatest', inside: [] };
    case 'sums':
      return { run: 'sums', inside: [] };
    case 'planes':
      return { run: 'planes', prepare: 'preparePlanes', inside: kernel.poolsSums ? [] : pool };
    case 'pairs':
      return { run: 'pairs', prepare: 'preparePairs', inside: kernel.poolsSums ? [] : pool };
    case 'table':
      return { run: 'table', prepare: 'prepareTable', inside: [...tableParts(kernel), ...pool] };
  }
}

function maxPoolOf({ type }: Shape): string {
  return type === 'bits' ? 'poolBits' : 'poolNumbers';
}

/** Returns the part for the layer's output, and the unrolled steps (scripts/generate-table-steps.mjs) for its tile size. */
function tableParts({ table }: Kernel): string[] {
  if (!table) return [];
  // As in assembly/kernels/simd/table/index.ts: three values of more than 5 bits do not fit a nibble.
  const form = table.groupBits > 5 ? 'pairs' : 'triples';
  const steps = ['first', 'next'].flatMap((step) => [
    step,
    `${form}${step[0].toUpperCase()}${step.slice(1)}${table.vectors}`,
  ]);
  return [table.givesBits ? 'writeTileBits' : 'writeTileNumbers', ...steps];
}
