import type { EngineBuild } from '../builds/builds.js';
import type { Convolution } from '../format/graph.js';
import type { Model } from '../format/parse.js';
import { pixelBytes } from '../format/tensor.js';
import * as table from './table-plan.js';
import * as vector from './vector-plan.js';

/** The kernel that runs an op, and why that one. */
export interface Kernel {
  /**
   * - `table`: binary 3x3 with stride 1, by tables over the activations
   * - `popcount`: any other binary layer, two pixels and four filters at once
   * - `pairs`: int8 weights, two values at once in vectors of 16-bit integers
   * - `scalar`: one sum at a time, as everywhere in the mvp build
   * - `pool`: the pools, one kernel each
   */
  name: 'table' | 'popcount' | 'pairs' | 'scalar' | 'pool';
  /** In words, for people. */
  reason: string;
  /** Bytes of scratch memory that it needs. */
  scratchBytes: number;
  /** Bytes that it keeps from load on. */
  expandedBytes: number;
  /** The table kernel's plan (table-plan.ts): its number, and what of it decides which code runs. */
  table?: { choice: number; groupBits: number; vectors: number };
}

/**
 * Which kernel a build of the engine runs op `index` of a model on: the rule of assembly/kernels/simd/index.ts, with
 * the same code where it depends on numbers. docs/performance.md explains it.
 */
export function kernelOf(model: Model, index: number, build: EngineBuild): Kernel {
  const node = model.nodes[index];
  if (!('weights' in node)) {
    return { name: 'pool', reason: 'pools have one kernel', scratchBytes: 0, expandedBytes: 0 };
  }
  if (build === 'mvp') return scalar(model, node, 'the mvp build has scalar kernels only');
  return node.kind === 'int8-convolution' ? pairs(model, node) : binary(model, node, index);
}

/** Bytes of a gathered window. */
function windowBytes(model: Model, node: Convolution): number {
  const input = model.tensors[node.input];
  const gathersBits = node.kind === 'int8-convolution' && input.type === 'bits';
  const tapBytes = gathersBits ? input.channels : pixelBytes(input);
  return node.window.kernelHeight * node.window.kernelWidth * tapBytes;
}

function scalar(model: Model, node: Convolution, reason: string): Kernel {
  return { name: 'scalar', reason, scratchBytes: windowBytes(model, node), expandedBytes: 0 };
}

function pairs(model: Model, node: Convolution): Kernel {
  const { channels } = model.tensors[node.input];
  const { window, outputHeight, outputWidth, filters } = node;
  const planeRow = vector.pairPlaneRowValues(outputWidth, window.strideX, window.kernelWidth, channels);
  const planeRows = (outputHeight - 1) * window.strideY + window.kernelHeight;
  const rowValues = vector.pairRowValues(window.kernelWidth, channels);
  const scratchBytes = vector.pairScratchBytes(planeRow, planeRows, window.strideX * channels);
  const expandedBytes = vector.pairExpandedBytes(window.kernelHeight, rowValues, filters);
  if (scratchBytes + expandedBytes > vector.MOST_VECTOR_BYTES) {
    return scalar(model, node, 'vectors would take too much memory');
  }
  return { name: 'pairs', reason: 'int8 weights', scratchBytes, expandedBytes };
}

function binary(model: Model, node: Convolution, index: number): Kernel {
  const input = model.tensors[node.input];
  const { window, epilogue, filters } = node;
  const popcount = (reason: string): Kernel => ({
    name: 'popcount',
    reason,
    scratchBytes: vector.popcountScratchBytes(windowBytes(model, node), filters),
    expandedBytes: 0,
  });
  if (window.kernelHeight !== 3 || window.kernelWidth !== 3) return popcount('binary, not 3x3');
  if (window.strideY !== 1 || window.strideX !== 1) return popcount('binary 3x3, but the stride is not 1');
  if (epilogue.kind !== 'threshold') return popcount('binary 3x3, but no thresholds');
  const shape = [
    node.outputHeight,
    node.outputWidth,
    input.width,
    window.paddingLeft,
    input.channels,
    input.planes,
    filters,
    epilogue.cuts.length,
    pixelBytes(model.tensors[index + 1]),
  ] as const;
  const choice = table.chooseTable(...shape);
  if (choice === 0) return popcount('binary 3x3, but too small, or too large, for tables');
  table.layOutTable(choice, ...shape);
  return {
    name: 'table',
    reason: `binary 3x3: ${table.groupBits} channels a table, tiles of ${table.tileHeight} x ${table.tileWidth}`,
    scratchBytes: table.scratchBytes,
    expandedBytes: table.expandedBytes,
    table: { choice, groupBits: table.groupBits, vectors: table.vectors },
  };
}
