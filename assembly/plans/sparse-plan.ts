/*
 * The memory of the sparse kernel (assembly/kernels/simd/sparse), and when it is faster than tables. Engine and SDK
 * compile this same file.
 */
import { TableLayer } from './table-plan';

/** Pixels of a row whose sums are in memory before they become outputs. */
export const SPARSE_RUN = 16;
/** Vectors of a counter: counts stay below 2^16. */
export const COUNTER_VECTORS = 16;
/** Bytes of eight entries of a list. */
export const SPARE_BYTES = 32;
/** Bytes of what is known of each column of the lists. */
export const COLUMN_BYTES = 32;
/** Bytes of the table that lists the bits of a byte. */
export const BIT_TABLE_BYTES = 4096;
/** Sums are 16-bit integers. */
const MAX_SUM: number = 32766;
/** A layer that needs more memory than this is left to another kernel. */
const MAX_LAYER_BYTES: number = 67108864;

/** Returns the filters of one pixel in a vector. */
export function laneFilters(filters: number): number {
  return filters <= 32 ? 32 : filters <= 64 ? 64 : 128;
}

/** Returns the rows of the input that the pixels of a vector see: these are 1, 2 or 4, one below the other. */
export function seenRows(filters: number, kernelHeight: number, strideY: number): number {
  return kernelHeight + (128 / laneFilters(filters) - 1) * strideY;
}

/** Returns the bytes of the bit table and of the weights, [vector of filters][row][column][channel] vectors. */
export function sparseExpandedBytes(
  rows: number,
  kernelWidth: number,
  channels: number,
  filters: number,
): number {
  return (
    BIT_TABLE_BYTES + Math.ceil(filters / laneFilters(filters)) * (rows * kernelWidth * channels + 1) * 16
  );
}

/** Returns whether 16 bits hold the offsets of all inputs that the lists of `rows` rows can have. */
export function hasShortOffsets(
  rows: number,
  kernelWidth: number,
  inputWidth: number,
  channels: number,
): boolean {
  return (rows * kernelWidth + inputWidth) * channels * 16 <= 65536;
}

/** Returns the bytes of one of the two lists. */
export function listBytes(rows: number, kernelWidth: number, inputWidth: number, channels: number): number {
  const entryBytes = hasShortOffsets(rows, kernelWidth, inputWidth, channels) ? 2 : 4;
  // Eight entries are written at once.
  return aligned(rows * inputWidth * channels * entryBytes + 32);
}

/** Returns the bytes of the lengths of all columns and rows. */
export function lengthBytes(rows: number, inputWidth: number): number {
  return aligned(4 * rows * inputWidth);
}

/** Returns the bytes for the carries of a window. */
export function carryBytes(rows: number, kernelWidth: number, channels: number): number {
  return 16 * (Math.ceil((rows * kernelWidth * channels * 3) / 16) + 12);
}

/** Returns the bytes that a run needs. */
export function sparseScratchBytes(
  rows: number,
  kernelWidth: number,
  inputWidth: number,
  channels: number,
): number {
  return (
    4 * listBytes(rows, kernelWidth, inputWidth, channels) +
    2 * (inputWidth + 1) * COLUMN_BYTES +
    lengthBytes(rows, inputWidth) +
    2 * carryBytes(rows, kernelWidth, channels) +
    COUNTER_VECTORS * 16 +
    SPARE_BYTES +
    16 * SPARSE_RUN * 32
  );
}

/** Checks that the kernel can run a layer. @param inputs the inputs of a filter, of all planes */
export function sparseFits(inputs: number, scratchBytes: number, expandedBytes: number): boolean {
  return inputs <= MAX_SUM && scratchBytes + expandedBytes <= MAX_LAYER_BYTES;
}

/**
 * Estimates the work of this kernel, in tenths of a cycle, from measured cycles: 1.25 for a listed input, 150 for a
 * window, 3.6 to list a byte and 76 for a column of the lists, with the entries that are copied.
 *
 * @param share the share of inputs that are not 0
 */
export function sparseWork(layer: TableLayer, share: number): number {
  const rows = seenRows(layer.filters, layer.kernelHeight, layer.strideY);
  const lanes = laneFilters(layer.filters);
  const windows = Math.ceil((layer.outputHeight * layer.outputWidth * lanes) / 128);
  const window = 1500 + 12.5 * share * rows * layer.kernelWidth * layer.channels;
  const listed = Math.min(rows, (128 / lanes) * layer.strideY);
  const list = layer.strideX * (36 * listed * Math.ceil(layer.channels / 8) * layer.planes + 760);
  return windows * (Math.ceil(layer.filters / lanes) * window + list);
}

/** Returns the share of inputs that are not 0 up to which this kernel takes less work than another one. */
export function sparseShare(layer: TableLayer, work: number): number {
  const least = sparseWork(layer, 0);
  return Math.max(0, Math.min(1, (work - least) / (sparseWork(layer, 1) - least)));
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
