import type { EngineBuild } from '../builds/builds.js';
import type { Convolution } from '../format/graph.js';
import { BLOCK_FILTERS } from '../format/layout.js';
import type { Model } from '../format/parse.js';
import { pixelBytes } from '../format/tensor.js';
import * as table from './table-plan.js';
import * as vector from './vector-plan.js';

/** The kernel that runs an op, and why that one. */
export interface Kernel {
  /**
   * - `table`: binary, by tables over the activations
   * - `popcount`: binary where tables do not pay, two pixels and four filters at once
   * - `planes`: int8 weights and thresholds, 16 pixels and two filters at once
   * - `pairs`: other int8 weights, four pixels and eight filters at once
   * - `scalar`: one sum at a time, as everywhere in the mvp build
   * - `halve`: max-pool of bits 2x2 with stride 2, inside of the input
   * - `maxima`: max-pool of bytes or streams, 16 bytes at once
   * - `sums`: sums of windows or pixels, eight channels at once
   * - `pool`: any other max-pool of bits; in the mvp build, all pools
   */
  name: 'table' | 'popcount' | 'planes' | 'pairs' | 'scalar' | 'halve' | 'maxima' | 'sums' | 'pool';
  /** In words, for people. */
  reason: string;
  /** Whether a faster kernel of this build cannot take the layer, which costs a multiple of the time. */
  slow: boolean;
  /** Bytes of scratch memory that it needs. */
  scratchBytes: number;
  /** Bytes that it keeps from load on. */
  expandedBytes: number;
  /** The table kernel's plan (table-plan.ts): its number, and what of it decides which code runs. */
  table?: { choice: number; groupBits: number; vectors: number; givesBits: boolean };
}

/**
 * Which kernel a build of the engine runs op `index` of a model on: the rule of assembly/kernels/simd/index.ts, with
 * the same code where it depends on numbers. docs/performance.md explains it.
 */
export function kernelOf(model: Model, index: number, build: EngineBuild): Kernel {
  const node = model.nodes[index];
  if (!('weights' in node)) {
    const pool = (name: Kernel['name'], reason: string, scratchBytes = 0): Kernel => {
      return { name, reason, slow: false, scratchBytes, expandedBytes: 0 };
    };
    if (build === 'mvp') return pool('pool', 'the mvp build has scalar kernels only');
    if (node.kind === 'sum-pool') return pool('sums', 'sums of windows', vector.RUN_BYTES);
    if (model.tensors[index + 1].type !== 'bits') return pool('maxima', 'max-pool of numbers');
    if (isHalving(model, node, index)) return pool('halve', 'max-pool of bits 2x2, stride 2');
    return pool('pool', 'max-pool of bits, any window');
  }
  if (build === 'mvp') return scalar(model, node, 'the mvp build has scalar kernels only', false);
  return node.kind === 'int8-convolution' ? int8(model, node, index) : binary(model, node, index);
}

type Pool = Extract<Model['nodes'][number], { kind: 'max-pool' }>;

/** Whether it is a pool of bits whose windows are 2x2 pixels apart, none of them over an edge. */
function isHalving(model: Model, node: Pool, index: number): boolean {
  const { kernelHeight, kernelWidth, strideY, strideX, paddingTop, paddingLeft } = node.window;
  const input = model.tensors[node.input];
  const output = model.tensors[index + 1];
  return (
    output.type === 'bits' &&
    [kernelHeight, kernelWidth, strideY, strideX].every((value) => value === 2) &&
    paddingTop + paddingLeft === 0 &&
    2 * output.height <= input.height &&
    2 * output.width <= input.width
  );
}

/** Bytes of a gathered window. */
function windowBytes(model: Model, node: Convolution): number {
  const input = model.tensors[node.input];
  const gathersBits = node.kind === 'int8-convolution' && input.type === 'bits';
  const tapBytes = gathersBits ? input.channels : pixelBytes(input);
  return node.window.kernelHeight * node.window.kernelWidth * tapBytes;
}

function scalar(model: Model, node: Convolution, reason: string, slow: boolean): Kernel {
  // The window and, behind it, the sums of a block of filters.
  const scratchBytes = Math.ceil(windowBytes(model, node) / 4 + BLOCK_FILTERS) * 4;
  return { name: 'scalar', reason, slow, scratchBytes, expandedBytes: 0 };
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
      return { name: 'planes', reason, slow: false, scratchBytes, expandedBytes };
    }
  }
  const expandedBytes = vector.pairExpandedBytes(
    kernelHeight,
    vector.pairRowValues(kernelWidth, channels),
    filters,
  );
  if (padded + expandedBytes > vector.MOST_VECTOR_BYTES) {
    return scalar(model, node, 'vectors would take too much memory', true);
  }
  const scratchBytes = padded + vector.RUN_BYTES;
  return { name: 'pairs', reason: 'int8 weights', slow: false, scratchBytes, expandedBytes };
}

function binary(model: Model, node: Convolution, index: number): Kernel {
  const { window, epilogue, filters } = node;
  const one = node.outputHeight * node.outputWidth === 1;
  const popcount = (reason: string, slow = false): Kernel => ({
    name: 'popcount',
    reason,
    slow,
    scratchBytes: vector.popcountScratchBytes(windowBytes(model, node), filters),
    expandedBytes: 0,
  });
  const shape = `binary ${window.kernelHeight}x${window.kernelWidth}`;
  if (epilogue.kind === 'sum') return popcount(`${shape}, gives its sums`, !one);
  describeLayer(model, node, index);
  if (!table.sumsFit()) return popcount(`${shape}, sums of more than 15 bits`, !one);
  const choice = table.chooseTable();
  if (choice === 0) return popcount(`${shape}, ${one ? 'one pixel' : 'less work than tables'}`);
  table.layOutTable(choice);
  return {
    name: 'table',
    reason: `${shape}: ${table.groupBits} channels a table, tiles of ${table.tileHeight} x ${table.tileWidth}`,
    slow: false,
    scratchBytes: table.scratchBytes,
    expandedBytes: table.expandedBytes,
    table: {
      choice,
      groupBits: table.groupBits,
      vectors: table.vectors,
      givesBits: epilogue.kind === 'threshold',
    },
  };
}

function describeLayer(model: Model, node: Convolution, index: number): void {
  const input = model.tensors[node.input];
  const { kernelHeight, kernelWidth, strideY, strideX, paddingLeft } = node.window;
  let { outputHeight: height, outputWidth: width } = node;
  let columns = input.width;
  const thresholds = node.epilogue.kind === 'threshold' ? node.epilogue.cuts.length : 0;
  const unit = strideY === 1 && strideX === 1;
  if (unit && table.isPointwise(height, width, input.height, columns, kernelHeight * kernelWidth)) {
    width *= height;
    columns = width;
    height = 1;
  }
  table.describeLayer(
    height,
    width,
    columns,
    kernelHeight,
    kernelWidth,
    strideY,
    strideX,
    paddingLeft,
    input.channels,
    input.planes,
    node.filters,
    Math.max(1, thresholds),
    thresholds > 0 ? pixelBytes(model.tensors[index + 1]) : 0,
  );
}
