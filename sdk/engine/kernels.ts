import type { Model } from '../format/parse.js';
import { pixelBytes } from '../format/tensor.js';
import * as table from './table-plan.js';
import * as vector from './vector-plan.js';
import type { EngineBuild } from './wasm.js';

/** The kernel that runs an op, and why that one. */
export interface Kernel {
  /**
   * - `table`: binary 3x3 with stride 1, by tables over the activations
   * - `popcount`: any other binary layer, two pixels and four filters at once
   * - `planes`: int8 weights and thresholds, 16 pixels and two filters at once
   * - `pairs`: other int8 weights, four pixels and eight filters at once
   * - `scalar`: one sum at a time, as everywhere in the mvp build
   * - `pool`: max-pool, a word of channels at a time
   */
  name: 'table' | 'popcount' | 'planes' | 'pairs' | 'scalar' | 'pool';
  /** In words, for people. */
  reason: string;
  /** Bytes of scratch memory that it needs. */
  scratchBytes: number;
  /** Bytes that it keeps from load on. */
  expandedBytes: number;
}

/**
 * Which kernel a build of the engine runs op `index` of a model on: the rule of assembly/kernels/simd/index.ts, with
 * the same code where it depends on numbers. docs/performance.md explains it.
 */
export function kernelOf(model: Model, index: number, build: EngineBuild): Kernel {
  const node = model.nodes[index];
  if (node.kind === 'max-pool') {
    return { name: 'pool', reason: 'max-pool has one kernel', scratchBytes: 0, expandedBytes: 0 };
  }
  if (build === 'mvp') return scalar(model, node, 'the mvp build has scalar kernels only');
  return node.kind === 'int8-convolution' ? int8(model, node, index) : binary(model, node, index);
}

type Convolution = Exclude<Model['nodes'][number], { kind: 'max-pool' }>;

/** Bytes of a gathered window. */
function windowBytes(model: Model, node: Convolution): number {
  const input = model.tensors[node.input];
  const tapBytes = node.kind === 'binary-convolution' ? pixelBytes(input) : input.channels;
  return node.window.kernelHeight * node.window.kernelWidth * tapBytes;
}

function scalar(model: Model, node: Convolution, reason: string): Kernel {
  return { name: 'scalar', reason, scratchBytes: windowBytes(model, node), expandedBytes: 0 };
}

function int8(model: Model, node: Convolution, index: number): Kernel {
  const { channels } = model.tensors[node.input];
  const { window, outputHeight, outputWidth, filters } = node;
  const { kernelHeight, kernelWidth, strideY, strideX } = window;
  const rowLength = vector.pairPlaneRowValues(outputWidth, strideX, kernelWidth, channels);
  const padded = vector.paddedBytes(
    rowLength,
    (outputHeight - 1) * strideY + kernelHeight,
    strideX * channels,
  );
  if (node.epilogue.kind === 'threshold' && outputHeight * outputWidth >= vector.LEAST_PLANE_PIXELS) {
    const row = kernelWidth * channels;
    const scratchBytes = vector.planeScratchBytes(
      padded,
      vector.planeBytes(outputHeight, outputWidth, kernelHeight, strideY),
      row,
      kernelHeight,
      strideY,
      pixelBytes(model.tensors[index + 1]),
    );
    const expandedBytes = vector.planeExpandedBytes(vector.planeItems(kernelHeight, row), filters);
    if (scratchBytes + expandedBytes <= vector.MOST_VECTOR_BYTES) {
      const reason = 'int8 weights and thresholds, at least 16 pixels';
      return { name: 'planes', reason, scratchBytes, expandedBytes };
    }
  }
  const expandedBytes = vector.pairExpandedBytes(
    kernelHeight,
    vector.pairRowValues(kernelWidth, channels),
    filters,
  );
  if (padded + expandedBytes > vector.MOST_VECTOR_BYTES) {
    return scalar(model, node, 'vectors would take too much memory');
  }
  return { name: 'pairs', reason: 'int8 weights', scratchBytes: padded, expandedBytes };
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
  };
}
