import { BLOCK_FILTERS } from '../../assembly/layout.js';
import * as sparse from '../../assembly/plans/sparse-plan.js';
import * as table from '../../assembly/plans/table-plan.js';
import * as vector from '../../assembly/plans/vector-plan.js';
import type { EngineBuild } from '../builds/builds.js';
import { alignUp } from '../format/arena.js';
import { type Convolution, computedSize } from '../format/graph.js';
import type { Model } from '../format/parse.js';
import { pixelBytes, wordsFor } from '../format/tensor.js';

/** The bytes of the sums of a block of filters. */
const BLOCK_SUMS_BYTES = 4 * BLOCK_FILTERS;
/** The scalar binary kernel: inputs that are listed at once, and the bytes of a counter. */
const MAX_LISTED = 1024;
const COUNTER_BYTES = 64;
/** An op on tables keeps there how many inputs may be set on the sparse kernel. */
const TABLE_HEADER_BYTES = 16;

/** The kernel that runs an op, and why. */
export interface Kernel {
  /**
   * - `sparse`: binary, 128 filters at once over lists of the inputs that are not 0
   * - `table`: binary, by tables over the activations; an image whose inputs are mostly 0 runs on `sparse`
   * - `planes`: int8 weights and thresholds, 16 pixels and two filters at once
   * - `pairs`: other int8 weights, four pixels and eight filters at once
   * - `scalar`: one sum at a time, as everywhere in the mvp build
   * - `halve`: max-pool of bits 2x2 with stride 2, inside of the input
   * - `maxima`: max-pool of bytes or streams, 16 bytes at once
   * - `sums`: sums of windows or pixels, eight channels at once
   * - `pool`: any other max-pool of bits; in the mvp build, all pools
   */
  name: 'table' | 'sparse' | 'planes' | 'pairs' | 'scalar' | 'halve' | 'maxima' | 'sums' | 'pool';
  /** Why this kernel, as a phrase. */
  reason: string;
  /** True if a kernel that is several times faster cannot take the op. */
  slow: boolean;
  /** Bytes of scratch memory during a run. */
  scratchBytes: number;
  /** Bytes that stay in memory from load on. */
  expandedBytes: number;
  /**
   * The plan of a `table` kernel: its number, the bytes of its tables, and the parts that decide which code
   * runs.
   */
  table?: { choice: number; bytes: number; groupBits: number; vectors: number; givesBits: boolean };
  /** The share of inputs that are not 0 up to which an op on `table` runs on `sparse`. */
  sparseShare?: number;
  /** Whether `planes` or `pairs` keep the largest of the sums that the op's pool compares. */
  poolsSums?: boolean;
}

/**
 * Returns the kernel that a build of the engine runs op `index` of a model on. The rule is that of
 * assembly/kernels/simd/index.ts; both compile the same code for the parts that depend on numbers.
 */
export function kernelOf(model: Model, index: number, build: EngineBuild): Kernel {
  const op = model.ops[index];
  if (!('weights' in op)) {
    const pool = (name: Kernel['name'], reason: string, scratchBytes = 0): Kernel => {
      return { name, reason, slow: false, scratchBytes, expandedBytes: 0 };
    };
    if (build === 'mvp') return pool('pool', 'the mvp build has scalar kernels only');
    if (op.kind === 'sum-pool') return pool('sums', 'sums of windows', vector.RUN_BYTES);
    if (model.tensors[index + 1].type !== 'bits') return pool('maxima', 'max-pool of numbers');
    return isHalving(model, op, index)
      ? pool('halve', 'max-pool of bits 2x2, stride 2')
      : pool('pool', 'max-pool of bits, any window');
  }
  if (build === 'mvp') return scalar(model, op, 'the mvp build has scalar kernels only', false);
  const poolsSums = poolingPlanes(model, op, index) ?? poolingPairs(model, op);
  if (poolsSums) return poolsSums;
  const computedBytes = computedBytesOf(model, op, index);
  if (computedBytes > vector.MAX_VECTOR_BYTES) {
    return scalar(model, op, 'pixels before the pool would take too much memory', true);
  }
  const kernel = op.kind === 'int8-convolution' ? int8(model, op, index) : binary(model, op, index);
  if (kernel.name === 'scalar') return kernel;
  return { ...kernel, scratchBytes: kernel.scratchBytes + computedBytes };
}

/** Returns the bytes of the pixels that an op computes before its pool, if the kernel does not pool by itself. */
function computedBytesOf(model: Model, op: Convolution, index: number): number {
  if (!op.pool) return 0;
  const { height, width } = computedSize(op);
  // Vectors may be read beyond the last pixel.
  return alignUp(height * width * pixelBytes(model.tensors[index + 1]) + 16);
}

type Pool = Extract<Model['ops'][number], { kind: 'max-pool' }>;

/** Checks whether a pool of bits has windows of 2x2 pixels with stride 2, all of them inside of the input. */
function isHalving(model: Model, op: Pool, index: number): boolean {
  const { kernelHeight, kernelWidth, strideY, strideX, paddingTop, paddingLeft } = op.window;
  const input = model.tensors[op.input];
  const output = model.tensors[index + 1];
  return (
    output.type === 'bits' &&
    [kernelHeight, kernelWidth, strideY, strideX].every((value) => value === 2) &&
    paddingTop + paddingLeft === 0 &&
    2 * output.height <= input.height &&
    2 * output.width <= input.width
  );
}

/** Returns the inputs of each filter: the taps, with all channels of one plane. */
function inputsOf(model: Model, { input, window }: Convolution): number {
  return window.kernelHeight * window.kernelWidth * model.tensors[input].channels;
}

function scalar(model: Model, op: Convolution, reason: string, slow: boolean): Kernel {
  const scratchBytes = op.kind === 'int8-convolution' ? int8Scratch(model, op) : binaryScratch(model, op);
  return { name: 'scalar', reason, slow, scratchBytes, expandedBytes: 0 };
}

/** Returns the bytes of a window and of the sums of a block of filters. */
function int8Scratch(model: Model, op: Convolution): number {
  const windowBytes = inputsOf(model, op) * (model.tensors[op.input].type === 'int16' ? 2 : 1);
  return Math.ceil(windowBytes / 4) * 4 + BLOCK_SUMS_BYTES;
}

/** Returns the bytes of the lists, carries, counters and sums (assembly/kernels/binary-convolution.ts). */
function binaryScratch(model: Model, op: Convolution): number {
  const inputs = inputsOf(model, op);
  const listed = Math.min(inputs, MAX_LISTED);
  const blocks = inputs > MAX_LISTED ? wordsFor(op.filters) : 1;
  const carries = Math.floor(listed / 8) + 1;
  return Math.ceil(listed / 2) * 4 + carries * 4 + 2 * COUNTER_BYTES + blocks * BLOCK_SUMS_BYTES;
}

function int8(model: Model, op: Convolution, index: number): Kernel {
  const { height, width } = computedSize(op);
  if (op.epilogue.kind === 'threshold' && height * width >= vector.MIN_PLANE_PIXELS) {
    const kernel = planes(model, op, index, false);
    if (kernel) return kernel;
  }
  return pairs(model, op) ?? scalar(model, op, 'vectors would take too much memory', true);
}

/** Returns the pair kernel; undefined if it needs too much memory. */
function pairs(model: Model, op: Convolution): Kernel | undefined {
  const { window, filters } = op;
  const padded = paddedBytes(model, op);
  const expandedBytes = vector.pairExpandedBytes(
    window.kernelHeight,
    vector.pairRowValues(window.kernelWidth, model.tensors[op.input].channels),
    filters,
  );
  if (padded + expandedBytes > vector.MAX_VECTOR_BYTES) return undefined;
  const scratchBytes = padded + vector.RUN_BYTES;
  return { name: 'pairs', reason: 'int8 weights', slow: false, scratchBytes, expandedBytes };
}

/** Returns the pair kernel of an op whose pool it takes: of 2 x 2 pixels, of numbers that each are made of one sum. */
function poolingPairs(model: Model, op: Convolution): Kernel | undefined {
  const { kind, epilogue, pool, filters } = op;
  if (kind !== 'int8-convolution' || epilogue.kind !== 'fixed-point') return undefined;
  if (pool?.height !== 2 || pool.width !== 2 || epilogue.multipliers.length !== filters) return undefined;
  const kernel = pairs(model, op);
  return kernel && { ...kernel, reason: `${kernel.reason}, the pool of sums`, poolsSums: true };
}

/** Returns the bytes of the input with its padding, in 16-bit integers. */
function paddedBytes(model: Model, op: Convolution): number {
  const { channels } = model.tensors[op.input];
  const { height, width } = computedSize(op);
  const { kernelHeight, kernelWidth, strideY, strideX } = op.window;
  const rowLength = vector.pairPlaneRowValues(width, strideX, kernelWidth, channels);
  return vector.paddedBytes(rowLength, (height - 1) * strideY + kernelHeight, strideX * channels);
}

/**
 * Returns the plane kernel of an op whose pool it takes: of 2 x 2 pixels, with masks that are the directions of the
 * thresholds, so that a bit of the pool is the threshold of the largest sum.
 */
function poolingPlanes(model: Model, op: Convolution, index: number): Kernel | undefined {
  const { kind, epilogue, pool, outputHeight, outputWidth } = op;
  if (kind !== 'int8-convolution' || epilogue.kind !== 'threshold') return undefined;
  if (pool?.height !== 2 || pool.width !== 2 || outputHeight * outputWidth < vector.MIN_PLANE_PIXELS) {
    return undefined;
  }
  const inverted = epilogue.thresholds.flatMap(({ invert }) => [...invert]);
  if (inverted.some((bit, i) => bit !== pool.andMask[i])) return undefined;
  return planes(model, op, index, true);
}

/** Returns the plane kernel, with the op's pool or without; undefined if it needs too much memory. */
function planes(model: Model, op: Convolution, index: number, pool: boolean): Kernel | undefined {
  const { window, filters } = op;
  const { kernelHeight, kernelWidth, strideY } = window;
  const places = pool ? 2 : 1;
  const { height, width } = pool ? { height: op.outputHeight, width: op.outputWidth } : computedSize(op);
  const row = kernelWidth * model.tensors[op.input].channels;
  const down = strideY * places;
  const windowRows = kernelHeight + (places - 1) * strideY;
  const scratchBytes = vector.planeScratchBytes(
    paddedBytes(model, op),
    vector.planeBytes(height, width, windowRows, down),
    Math.ceil(row / 2) * places * Math.min(down, windowRows),
    pixelBytes(model.tensors[index + 1]),
  );
  const expandedBytes = vector.planeExpandedBytes(vector.planeItems(kernelHeight, row), filters);
  if (scratchBytes + expandedBytes > vector.MAX_VECTOR_BYTES) return undefined;
  const reason = `int8 weights and thresholds, at least 16 pixels${pool ? ', the pool of sums' : ''}`;
  return { name: 'planes', reason, slow: false, scratchBytes, expandedBytes, poolsSums: pool };
}

function binary(model: Model, op: Convolution, index: number): Kernel {
  const { window, epilogue, filters } = op;
  const { width, channels, planes } = model.tensors[op.input];
  const shape = `binary ${window.kernelHeight}x${window.kernelWidth}`;
  const rows = sparse.seenRows(filters, window.kernelHeight, window.strideY);
  const fast = {
    scratchBytes: sparse.sparseScratchBytes(rows, window.kernelWidth, width, channels),
    expandedBytes: sparse.sparseExpandedBytes(rows, window.kernelWidth, channels, filters),
  };
  const fits = sparse.sparseFits(inputsOf(model, op) * planes, fast.scratchBytes, fast.expandedBytes);
  const layer = tableLayer(model, op, index);
  const plan = new table.TablePlan();
  if (epilogue.kind === 'sum' || !table.chooseTable(layer, plan)) {
    if (!fits) return scalar(model, op, `${shape}, sums of more than 15 bits or too much memory`, true);
    return { name: 'sparse', reason: shape, slow: false, ...fast };
  }
  const share = fits ? sparse.sparseShare(layer, table.tableWork(layer, plan)) : 0;
  const { choice, groupBits, vectors, tileHeight, tileWidth, scratchBytes, expandedBytes } = plan;
  const tables = `${groupBits} channels a table, tiles of ${tileHeight} x ${tileWidth}`;
  return {
    name: 'table',
    reason: `${shape}: ${tables}; sparse for images with up to ${Math.floor(100 * share)} % of inputs set`,
    slow: false,
    scratchBytes: Math.max(fits ? fast.scratchBytes : 0, scratchBytes),
    expandedBytes: TABLE_HEADER_BYTES + (fits ? fast.expandedBytes : 0) + expandedBytes,
    sparseShare: share,
    table: {
      choice,
      bytes: Math.max(plan.bundleBytes, table.PLAN_BYTES),
      groupBits,
      vectors,
      givesBits: epilogue.kind === 'threshold',
    },
  };
}

function tableLayer(model: Model, op: Convolution, index: number): table.TableLayer {
  const input = model.tensors[op.input];
  const { kernelHeight, kernelWidth, strideY, strideX, paddingLeft } = op.window;
  const thresholds = op.epilogue.kind === 'threshold' ? op.epilogue.thresholds.length : 0;
  const layer: table.TableLayer = {
    outputHeight: computedSize(op).height,
    outputWidth: computedSize(op).width,
    inputWidth: input.width,
    kernelHeight,
    kernelWidth,
    strideY,
    strideX,
    paddingLeft,
    channels: input.channels,
    planes: input.planes,
    filters: op.filters,
    limitsPerSum: Math.max(1, thresholds),
    outputBytes: thresholds > 0 ? pixelBytes(model.tensors[index + 1]) : 0,
  };
  table.joinRows(layer, input.height);
  return layer;
}
