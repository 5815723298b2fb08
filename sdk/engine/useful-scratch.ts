import * as layout from '../../assembly/layout.js';
import type { Model } from '../format/parse.js';
import { pixelBytes } from '../format/tensor.js';
import { boardScratchBytes } from './memory.js';

type Op = Model['ops'][number];
type Convolution = Extract<Op, { weights: Int8Array }>;

/**
 * Returns the bytes of scratch memory with which the kernel of an op is fastest, on the processor that needs the most.
 * The formulas are those of firmware/kernels.
 *
 * @param pointerBytes bytes of a pointer (default: those of boards)
 */
export function usefulScratchBytes(model: Model, index: number, pointerBytes = 4): number {
  const op = model.ops[index];
  const least = boardScratchBytes(model, index);
  if (op.kind === 'binary-convolution') return Math.max(least, binaryBytes(model, index, op, pointerBytes));
  if (op.kind === 'int8-convolution')
    return Math.max(
      least,
      layout.WORD_BYTES * winogradWords(model, op),
      layout.WORD_BYTES * quadWords(model, op),
    );
  if (op.kind === 'sum-pool' && model.tensors[op.input].type === 'int16' && op.epilogue.kind === 'threshold')
    return thresholdTableBytes(op.filters, op.epilogue.thresholds.length);
  return least;
}

/** `struct binary_scale` in firmware/kernels/binary-scales.h. */
const SCALE_BYTES = 16;
/** Pointers in `struct binary_slice` in firmware/kernels/binary-counters.h. */
const SLICE_POINTERS = 3;
/** The limit of offsets in lists, on the processor that allows the fewest. */
export const MAX_LIST_OFFSET = Math.floor(65535 / 4);
const ENTRY_BYTES = 2;

/** What a binary convolution has scratch memory for. */
export interface BinaryFit {
  /** Prepared thresholds or scales. */
  prepared: boolean;
  /** Lists of all rows of a window; without them, each window is listed again. */
  rows: boolean;
  /** Sums of all weights: inputs that are not 0 need not be listed if they are the most common ones. */
  totals: boolean;
  /** Whether a window is listed at once, in the worst case. Else it is listed for each block of filters. */
  window: boolean;
}

/**
 * Returns what firmware/kernels/binary-job.c divides an op's scratch memory into.
 *
 * @param pointerBytes bytes of a pointer (default: those of boards); scratch memory is aligned to them
 */
export function binaryFit(model: Model, index: number, scratchBytes: number, pointerBytes = 4): BinaryFit {
  const op = model.ops[index] as Convolution;
  const parts = binaryParts(model, index, op, pointerBytes);
  let rest = scratchBytes - parts.pixel;
  const prepared = parts.prepared > 0 && rest >= parts.window + parts.prepared;
  if (prepared) rest -= parts.prepared;
  const rows = rest >= parts.rows;
  const unaligned = (scratchBytes - rest) % pointerBytes;
  const alignment = unaligned === 0 ? 0 : pointerBytes - unaligned;
  const totals = rows && rest - (parts.rows - MAX_ALIGNMENT) - alignment >= parts.totals;
  const capacity = Math.floor((rest - PART_CARRY_BYTES) / 20) * 8;
  return { prepared, rows, totals, window: rows || capacity >= parts.inputs };
}

/** Bytes that are set aside for the alignment of pointers. */
const MAX_ALIGNMENT = 8;
/** Bytes of the carries of an empty list. */
const PART_CARRY_BYTES = 5 * layout.WORD_BYTES;

/** Returns the bytes of the parts of a binary convolution's scratch memory, and the inputs of a window. */
function binaryParts(model: Model, index: number, op: Convolution, pointerBytes: number) {
  const { height, width, channels } = model.tensors[op.input];
  const { kernelHeight, kernelWidth, strideY } = op.window;
  const inputs = kernelHeight * kernelWidth * channels;
  const entries = width * channels;
  const rows = Math.min(kernelHeight + ((op.pool?.height ?? 1) - 1) * strideY, height);
  const rowBytes = wholeWords((2 * (width + 1) + entries) * ENTRY_BYTES);
  const sliceBytes = 2 * kernelHeight * SLICE_POINTERS * pointerBytes;
  const carryWords = Math.floor(inputs / 8) + 2 * kernelHeight + 3;
  const listed = MAX_ALIGNMENT + sliceBytes + carryWords * layout.WORD_BYTES + rows * rowBytes;
  return {
    inputs,
    pixel: op.pool ? wholeWords(pixelBytes(model.tensors[index + 1])) : 0,
    prepared: preparedBytes(model, op),
    window: windowBytes(inputs),
    rows: entries > MAX_LIST_OFFSET ? Number.POSITIVE_INFINITY : listed,
    totals:
      wholeWords(kernelWidth * channels * ENTRY_BYTES) +
      2 * blocksOf(op.filters) * planesOf(model, op) * layout.WORD_BYTES,
  };
}

/** Lists of whole rows, prepared parameters and sums of weights. */
function binaryBytes(model: Model, index: number, op: Convolution, pointerBytes: number): number {
  const { pixel, prepared, window, rows, totals } = binaryParts(model, index, op, pointerBytes);
  const listed = rows === Number.POSITIVE_INFINITY ? 0 : rows + totals;
  return pixel + prepared + Math.max(listed, window);
}

/** Returns the bytes of thresholds or scales as the kernel prepares them. */
function preparedBytes(model: Model, op: Convolution): number {
  const { epilogue, filters } = op;
  if (epilogue.kind === 'sum') return 0;
  if (epilogue.kind === 'fixed-point') {
    const outputs = epilogue.multipliers.length / filters;
    return outputs * blocksOf(filters) * layout.BLOCK_FILTERS * SCALE_BYTES;
  }
  return blocksOf(filters) * epilogue.thresholds.length * planesOf(model, op) * layout.WORD_BYTES;
}

/** Returns the bits of the largest sum and its sign: `binary_threshold_planes` in firmware/kernels/binary-thresholds.c. */
function planesOf(model: Model, { input, window }: Convolution): number {
  const { channels, planes } = model.tensors[input];
  const bound = window.kernelHeight * window.kernelWidth * channels * planes;
  return Math.floor(Math.log2(2 * bound + 1)) + 1;
}

/** Returns the bytes that the kernel leaves for the list of a window, when it decides on prepared parameters. */
function windowBytes(inputs: number): number {
  const entries = 2 * Math.ceil((inputs + 2 * layout.WORD_BITS) / 2);
  return entries * ENTRY_BYTES + (Math.floor(inputs / 8) + 5) * layout.WORD_BYTES;
}

/** The kernel of an int8 convolution: Winograd's filtering, four pixels at once, or one. */
export type Int8Kernel = 'winograd' | 'fours' | 'pixels';

/**
 * Returns the kernel that firmware/kernels/int8-convolution.c chooses for an int8 convolution, if a pool's largest value
 * comes from one sum of each filter.
 *
 * @param dsp whether the processor multiplies two pairs of 16-bit numbers at once (Armv7E-M)
 */
export function int8Kernel(model: Model, op: Convolution, scratchBytes: number, dsp: boolean): Int8Kernel {
  const words = Math.floor(scratchBytes / layout.WORD_BYTES);
  const fits = (needed: number) => needed > 0 && needed <= words;
  // At least one block of filters.
  const filters = Math.min(op.filters, layout.BLOCK_FILTERS);
  if (!dsp && fits(winogradWords(model, op, filters))) return 'winograd';
  const { window, values, pairs, blockWeights, allWeights } = quadParts(model, op);
  const spread = dsp ? 4 * pairs + Math.min(blockWeights, allWeights) : 4 * values;
  return window > 0 && fits(window + spread) ? 'fours' : 'pixels';
}

/** Returns whether the prepared weights of all filters fit, for Winograd's filtering or four pixels at once. */
export function fitsAllFilters(model: Model, op: Convolution, scratchBytes: number, dsp: boolean): boolean {
  const { window, values, pairs, allWeights } = quadParts(model, op);
  const winograd = dsp ? 0 : winogradWords(model, op);
  const words = winograd > 0 ? winograd : window + (dsp ? 4 * pairs + allWeights : 4 * values);
  return layout.WORD_BYTES * words <= scratchBytes;
}

/** firmware/kernels/int8-winograd.c, with the weights of `filters` filters. Returns 0 if it cannot run the op. */
export function winogradWords(model: Model, op: Convolution, filters = op.filters): number {
  const { kernelHeight, kernelWidth, strideY, strideX } = op.window;
  const { channels } = model.tensors[op.input];
  const fits = kernelHeight === 3 && kernelWidth === 3 && strideY === 1 && strideX === 1;
  if (!fits || (channels !== 1 && channels !== 3) || !isPooledByTwo(op) || op.outputWidth < 2) return 0;
  const tiles = Math.ceil(convolutionWidth(op) / 4);
  const sums = (op.pool ? 2 : 8) * layout.BLOCK_FILTERS;
  const weights = filters * 12 * channels;
  return 4 * rowWords(4 * tiles + 2, channels) + 24 * channels + sums + blocksOf(op.filters) + weights;
}

/** Spread weights of more words are not worth their RAM: the kernel then spreads them a few filters at a time. */
const MAX_SPREAD_WORDS = 4096;

/** firmware/kernels/int8-quads.c. Returns 0 if it cannot run the op. */
export function quadWords(model: Model, op: Convolution): number {
  const { window, values, pairs, blockWeights, allWeights } = quadParts(model, op);
  const weights = allWeights <= MAX_SPREAD_WORDS ? allWeights : blockWeights;
  return window === 0 ? 0 : window + Math.max(4 * values, 4 * pairs + weights);
}

/** Returns words: of rows and blocks, and of spread weights. `window` is 0 if the kernel cannot run the op. */
function quadParts(model: Model, op: Convolution) {
  const { kernelHeight, kernelWidth, strideY, strideX } = op.window;
  const { channels } = model.tensors[op.input];
  const values = kernelHeight * kernelWidth * channels;
  const pairs = Math.ceil(values / 2);
  const rows = kernelHeight + (op.pool ? strideY : 0);
  const columns = (convolutionWidth(op) - 1) * strideX + kernelWidth;
  const can = convolutionWidth(op) > 1 && isPooledByTwo(op);
  return {
    window: can ? rows * rowWords(columns, channels) + blocksOf(op.filters) : 0,
    values,
    pairs,
    blockWeights: pairs * layout.BLOCK_FILTERS,
    allWeights: pairs * 2 * Math.ceil(op.filters / 2),
  };
}

/** firmware/kernels/stream-thresholds.c. Returns 0 if it cannot run the op. */
export function thresholdTableBytes(filters: number, outputs: number): number {
  if (filters % layout.BLOCK_FILTERS !== 0) return 0;
  return (filters / layout.BLOCK_FILTERS) * outputs * (layout.BLOCK_FILTERS + 1) * layout.WORD_BYTES;
}

function isPooledByTwo({ pool }: Convolution): boolean {
  return pool === undefined || (pool.height === 2 && pool.width === 2);
}

function convolutionWidth(op: Convolution): number {
  return op.outputWidth * (op.pool?.width ?? 1);
}

/** Returns the words of a row of 16-bit values: `int8_rows_plan` in firmware/kernels/int8-rows.c. */
function rowWords(columns: number, channels: number): number {
  return Math.ceil((columns * channels) / 2);
}

function blocksOf(filters: number): number {
  return Math.ceil(filters / layout.BLOCK_FILTERS);
}

function wholeWords(bytes: number): number {
  return Math.ceil(bytes / layout.WORD_BYTES) * layout.WORD_BYTES;
}
