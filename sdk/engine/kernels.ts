import { BLOCK_FILTERS } from '../../assembly/layout.js';
import * as table from '../../assembly/plans/table-plan.js';
import * as vector from '../../assembly/plans/vector-plan.js';
import type { EngineBuild } from '../builds/builds.js';
import type { Convolution } from '../format/graph.js';
import type { Model } from '../format/parse.js';
import { pixelBytes } from '../format/tensor.js';

/** The kernel that runs an op, and why that one. */
export interface Kernel {
  /**
   * - `table`: binary, by tables over the activations
   * - `popcount`: binary where tables do not pay, two pixels and four filters at once
   * - `planes`: int8 weights and thresholds, 16 pixels and two filters at once
   * - `pairs`: other int8 weights, four pixels and eight filters at once
   * - `scalar`: one sum at a time, as everywhere in the mvp build
   * - `halve`: max-pool of bits 2x2 with stride 2, inside of the input
   * - `none`: such a pool that the `planes` before it do too; as `halve` where each layer is run alone, or on threads
   * - `maxima`: max-pool of bytes or streams, 16 bytes at once
   * - `sums`: sums of windows or pixels, eight channels at once
   * - `pool`: any other max-pool of bits; in the mvp build, all pools
   */
  name: 'table' | 'popcount' | 'planes' | 'pairs' | 'scalar' | 'halve' | 'none' | 'maxima' | 'sums' | 'pool';
  /** In words, for people. */
  reason: string;
  /** Whether a faster kernel of this build cannot take the layer, which costs a multiple of the time. */
  slow: boolean;
  /** Bytes of scratch memory that it needs. */
  scratchBytes: number;
  /** Bytes that it keeps from load on. */
  expandedBytes: number;
  /** The table kernel's plan (table-plan.ts): its number, its tables' bytes, and what of it decides which code runs. */
  table?: { choice: number; bytes: number; groupBits: number; vectors: number; givesBits: boolean };
  /** Of `planes`: whether they do the pool behind them too. */
  takesPool?: boolean;
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
    if (!isHalving(model, node, index)) return pool('pool', 'max-pool of bits, any window');
    const taken = index > 0 && kernelOf(model, index - 1, build).takesPool;
    return taken
      ? pool('none', `done by layer ${index - 1}; on several threads halve`)
      : pool('halve', 'max-pool of bits 2x2, stride 2');
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
    const kernel = planes(model, node, index, padded, false);
    if (kernel) {
      const both = takesPool(model, node, index) ? planes(model, node, index, padded, true) : undefined;
      return both ? { ...both, scratchBytes: Math.max(both.scratchBytes, kernel.scratchBytes) } : kernel;
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

/** The plane kernel, alone or with the pool behind the layer; nothing where it would take too much memory. */
function planes(
  model: Model,
  { window, outputHeight, outputWidth, filters }: Convolution,
  index: number,
  padded: number,
  pool: boolean,
): Kernel | undefined {
  const { kernelHeight, kernelWidth, strideY } = window;
  const places = pool ? 2 : 1;
  const target = pool ? model.nodes[index + 1] : { outputHeight, outputWidth };
  const row = kernelWidth * model.tensors[model.nodes[index].input].channels;
  const down = strideY * places;
  const windowRows = kernelHeight + (places - 1) * strideY;
  const scratchBytes = vector.planeScratchBytes(
    padded,
    vector.planeBytes(target.outputHeight, target.outputWidth, windowRows, down),
    Math.ceil(row / 2) * places * Math.min(down, windowRows),
    pixelBytes(model.tensors[index + 1]),
  );
  const expandedBytes = vector.planeExpandedBytes(vector.planeItems(kernelHeight, row), filters, pool);
  if (scratchBytes + expandedBytes > vector.MOST_VECTOR_BYTES) return undefined;
  const reason = `int8 weights and thresholds, at least 16 pixels${pool ? ', with the pool behind' : ''}`;
  return { name: 'planes', reason, slow: false, scratchBytes, expandedBytes, takesPool: pool };
}

/**
 * Whether a layer with thresholds may be done together with the op behind it (assembly/kernels/simd/takes-pool.ts): a
 * pool of halves that alone reads it, and whose "all" is the layer's "below".
 */
function takesPool(model: Model, { epilogue }: Convolution, index: number): boolean {
  const tensor = index + 1;
  const pool = model.nodes[tensor];
  if (epilogue.kind !== 'threshold' || pool?.kind !== 'max-pool' || pool.input !== tensor) return false;
  if (model.nodes.some((node) => node !== pool && node.input === tensor)) return false;
  const below = epilogue.cuts.flatMap((cut) => [...cut.below]);
  return isHalving(model, pool, tensor) && below.every((bit, i) => bit === pool.all[i]);
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
      bytes: table.bundleTableBytes(),
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
