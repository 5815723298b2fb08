import * as layout from '../../assembly/layout.js';
import type { Model } from '../format/parse.js';
import { tensorBytes } from '../format/tensor.js';
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

/** firmware/kernels/binary-job.c: lists of whole rows, prepared parameters and sums of weights. */
function binaryBytes(model: Model, index: number, op: Convolution, pointerBytes: number): number {
  const { height, width, channels } = model.tensors[op.input];
  const { kernelHeight, kernelWidth, strideY } = op.window;
  const inputs = kernelHeight * kernelWidth * channels;
  const entries = width * channels;
  const pixel = op.pool ? wholeWords(tensorBytes({ ...model.tensors[index + 1], height: 1, width: 1 })) : 0;
  const prepared = pixel + preparedBytes(model, op);
  if (entries > MAX_LIST_OFFSET) return prepared + windowBytes(inputs);
  const rows = Math.min(kernelHeight + ((op.pool?.height ?? 1) - 1) * strideY, height);
  const rowBytes = wholeWords((2 * (width + 1) + entries) * ENTRY_BYTES);
  const sliceBytes = 2 * kernelHeight * SLICE_POINTERS * pointerBytes;
  const carryWords = Math.floor(inputs / 8) + 2 * kernelHeight + 3;
  const listed = 8 + sliceBytes + carryWords * layout.WORD_BYTES + rows * rowBytes;
  const all = wholeWords(kernelWidth * channels * ENTRY_BYTES);
  const totals = 2 * blocksOf(op.filters) * planesOf(model, op) * layout.WORD_BYTES;
  return prepared + Math.max(listed + all + totals, windowBytes(inputs));
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

/** firmware/kernels/int8-winograd.c. Returns 0 if it cannot run the op. */
export function winogradWords(model: Model, op: Convolution): number {
  const { kernelHeight, kernelWidth, strideY, strideX } = op.window;
  const { channels } = model.tensors[op.input];
  const fits = kernelHeight === 3 && kernelWidth === 3 && strideY === 1 && strideX === 1;
  if (!fits || (channels !== 1 && channels !== 3) || !isPooledByTwo(op)) return 0;
  const tiles = Math.ceil(convolutionWidth(op) / 4);
  const sums = (op.pool ? 2 : 8) * layout.BLOCK_FILTERS;
  const weights = op.filters * 12 * channels;
  return 4 * rowWords(4 * tiles + 2, channels) + 24 * channels + sums + blocksOf(op.filters) + weights;
}

/** Spread weights of more words are not worth their RAM: the kernel then spreads them a few filters at a time. */
const MAX_SPREAD_WORDS = 4096;

/** firmware/kernels/int8-quads.c. Returns 0 if it cannot run the op. */
export function quadWords(model: Model, op: Convolution): number {
  const { kernelHeight, kernelWidth, strideY, strideX } = op.window;
  const { channels } = model.tensors[op.input];
  if (convolutionWidth(op) < 2 || !isPooledByTwo(op)) return 0;
  const values = kernelHeight * kernelWidth * channels;
  const pairs = Math.ceil(values / 2);
  const rows = kernelHeight + (op.pool ? strideY : 0);
  const columns = (convolutionWidth(op) - 1) * strideX + kernelWidth;
  const spread = pairs * 2 * Math.ceil(op.filters / 2);
  const weights = spread <= MAX_SPREAD_WORDS ? spread : pairs * layout.BLOCK_FILTERS;
  return (
    rows * rowWords(columns, channels) + blocksOf(op.filters) + Math.max(4 * values, 4 * pairs + weights)
  );
}

/** firmware/kernels/stream-thresholds.c. Returns 0 if it cannot run the op. */
function thresholdTableBytes(filters: number, outputs: number): number {
  if (filters % layout.BLOCK_FILTERS !== 0) return 0;
  return (filters / layout.BLOCK_FILTERS) * outputs * (layout.BLOCK_FILTERS + 1) * layout.WORD_BYTES;
}

function isPooledByTwo({ pool }: Convolution): boolean {
  return pool === undefined || (pool.height === 2 && pool.width === 2);
}

function convolutionWidth(op: Convolution): number {
  return op.outputWidth * (op.pool?.width ?? 1);
}

/** Returns the words of a row of 16-bit values: `int8_rows_pitch` in firmware/kernels/int8-rows.h. */
function rowWords(columns: number, channels: number): number {
  return Math.ceil((columns * channels) / 2);
}

function blocksOf(filters: number): number {
  return Math.ceil(filters / layout.BLOCK_FILTERS);
}

function wholeWords(bytes: number): number {
  return Math.ceil(bytes / layout.WORD_BYTES) * layout.WORD_BYTES;
}
