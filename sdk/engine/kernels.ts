import { BLOCK_FILTERS } from '../../assembly/layout.js';
import * as table from '../../assembly/plans/table-plan.js';
import * as vector from '../../assembly/plans/vector-plan.js';
import type { EngineBuild } from '../builds/builds.js';
import type { Convolution } from '../format/graph.js';
import type { Model } from '../format/parse.js';
import { pixelBytes } from '../format/tensor.js';

/** The kernel that runs an op, and why. */
export interface Kernel {
  /**
   * - `table`: binary, by tables over the activations
   * - `popcount`: binary layers for which tables do not pay, two pixels and four filters at once
   * - `planes`: int8 weights and thresholds, 16 pixels and two filters at once
   * - `pairs`: other int8 weights, four pixels and eight filters at once
   * - `scalar`: one sum at a time, as everywhere in the mvp build
   * - `halve`: max-pool of bits 2x2 with stride 2, inside of the input
   * - `none`: such a pool that the `planes` before it compute too; `halve` if ops run alone, or on several
   *   threads
   * - `maxima`: max-pool of bytes or streams, 16 bytes at once
   * - `sums`: sums of windows or pixels, eight channels at once
   * - `pool`: any other max-pool of bits; in the mvp build, all pools
   */
  name: 'table' | 'popcount' | 'planes' | 'pairs' | 'scalar' | 'halve' | 'none' | 'maxima' | 'sums' | 'pool';
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
  /** Whether `planes` also compute the pool that follows. */
  takesPool?: boolean;
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
    if (!isHalving(model, op, index)) return pool('pool', 'max-pool of bits, any window');
    const taken = index > 0 && kernelOf(model, index - 1, build).takesPool;
    return taken
      ? pool('none', `done by op ${index - 1}; with several threads: halve`)
      : pool('halve', 'max-pool of bits 2x2, stride 2');
  }
  if (build === 'mvp') return scalar(model, op, 'the mvp build has scalar kernels only', false);
  return op.kind === 'int8-convolution' ? int8(model, op, index) : binary(model, op, index);
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

/** Returns the bytes of a gathered window. */
function windowBytes(model: Model, op: Convolution): number {
  const input = model.tensors[op.input];
  const gathersBits = op.kind === 'int8-convolution' && input.type === 'bits';
  const tapBytes = gathersBits ? input.channels : pixelBytes(input);
  return op.window.kernelHeight * op.window.kernelWidth * tapBytes;
}

function scalar(model: Model, op: Convolution, reason: string, slow: boolean): Kernel {
  // The window, and behind it the sums of a block of filters.
  const scratchBytes = Math.ceil(windowBytes(model, op) / 4 + BLOCK_FILTERS) * 4;
  return { name: 'scalar', reason, slow, scratchBytes, expandedBytes: 0 };
}

function int8(model: Model, op: Convolution, index: number): Kernel {
  const { channels } = model.tensors[op.input];
  const { window, outputHeight, outputWidth, filters } = op;
  const { kernelHeight, kernelWidth, strideY, strideX } = window;
  const rowLength = vector.pairPlaneRowValues(outputWidth, strideX, kernelWidth, channels);
  const padded = vector.paddedBytes(
    rowLength,
    (outputHeight - 1) * strideY + kernelHeight,
    strideX * channels,
  );
  if (op.epilogue.kind === 'threshold' && outputHeight * outputWidth >= vector.MIN_PLANE_PIXELS) {
    const kernel = planes(model, op, index, padded, false);
    if (kernel) {
      const both = takesPool(model, op, index) ? planes(model, op, index, padded, true) : undefined;
      return both ? { ...both, scratchBytes: Math.max(both.scratchBytes, kernel.scratchBytes) } : kernel;
    }
  }
  const expandedBytes = vector.pairExpandedBytes(
    kernelHeight,
    vector.pairRowValues(kernelWidth, channels),
    filters,
  );
  if (padded + expandedBytes > vector.MAX_VECTOR_BYTES) {
    return scalar(model, op, 'vectors would take too much memory', true);
  }
  const scratchBytes = padded + vector.RUN_BYTES;
  return { name: 'pairs', reason: 'int8 weights', slow: false, scratchBytes, expandedBytes };
}

/** Returns the plane kernel, alone or with the pool that follows; undefined if it needs too much memory. */
function planes(
  model: Model,
  { window, outputHeight, outputWidth, filters }: Convolution,
  index: number,
  padded: number,
  pool: boolean,
): Kernel | undefined {
  const { kernelHeight, kernelWidth, strideY } = window;
  const places = pool ? 2 : 1;
  const target = pool ? model.ops[index + 1] : { outputHeight, outputWidth };
  const row = kernelWidth * model.tensors[model.ops[index].input].channels;
  const down = strideY * places;
  const windowRows = kernelHeight + (places - 1) * strideY;
  const scratchBytes = vector.planeScratchBytes(
    padded,
    vector.planeBytes(target.outputHeight, target.outputWidth, windowRows, down),
    Math.ceil(row / 2) * places * Math.min(down, windowRows),
    pixelBytes(model.tensors[index + 1]),
  );
  const expandedBytes = vector.planeExpandedBytes(vector.planeItems(kernelHeight, row), filters, pool);
  if (scratchBytes + expandedBytes > vector.MAX_VECTOR_BYTES) return undefined;
  const reason = `int8 weights and thresholds, at least 16 pixels${pool ? ', with the pool that follows' : ''}`;
  return { name: 'planes', reason, slow: false, scratchBytes, expandedBytes, takesPool: pool };
}

/**
 * Checks whether an op with thresholds can run together with the op behind it
 * (assembly/kernels/simd/takes-pool.ts): a halving pool that is its only reader, and whose andMask is the
 * op's invert.
 */
function takesPool(model: Model, { epilogue }: Convolution, index: number): boolean {
  const tensor = index + 1;
  const pool = model.ops[tensor];
  if (epilogue.kind !== 'threshold' || pool?.kind !== 'max-pool' || pool.input !== tensor) return false;
  if (model.ops.some((op) => op !== pool && op.input === tensor)) return false;
  const inverted = epilogue.thresholds.flatMap(({ invert }) => [...invert]);
  return isHalving(model, pool, tensor) && inverted.every((bit, i) => bit === pool.andMask[i]);
}

function binary(model: Model, op: Convolution, index: number): Kernel {
  const { window, epilogue, filters } = op;
  const one = op.outputHeight * op.outputWidth === 1;
  const popcount = (reason: string, slow = false): Kernel => ({
    name: 'popcount',
    reason,
    slow,
    scratchBytes: vector.popcountScratchBytes(windowBytes(model, op), filters),
    expandedBytes: 0,
  });
  const shape = `binary ${window.kernelHeight}x${window.kernelWidth}`;
  if (epilogue.kind === 'sum') return popcount(`${shape}, gives its sums`, !one);
  const layer = tableLayer(model, op, index);
  const plan = new table.TablePlan();
  if (!table.sumsFit(layer)) return popcount(`${shape}, sums of more than 15 bits`, !one);
  if (!table.chooseTable(layer, plan)) {
    return popcount(`${shape}, ${one ? 'one pixel' : 'less work than tables'}`);
  }
  const { choice, groupBits, vectors, tileHeight, tileWidth, scratchBytes, expandedBytes } = plan;
  return {
    name: 'table',
    reason: `${shape}: ${groupBits} channels a table, tiles of ${tileHeight} x ${tileWidth}`,
    slow: false,
    scratchBytes,
    expandedBytes,
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
    outputHeight: op.outputHeight,
    outputWidth: op.outputWidth,
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
