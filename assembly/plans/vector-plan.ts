/*
 * The memory of the simd build's kernels, except the table kernel (assembly/kernels/simd). Engine and SDK
 * compile this same file, so the memory that the engine takes and what `memoryRequirement` returns cannot
 * differ.
 */

/** A layer that needs more memory than this is left to the scalar kernel. */
export const MAX_VECTOR_BYTES = 67108864;
/** The plane kernel computes 16 output pixels at once; a layer with fewer gains nothing. */
export const MIN_PLANE_PIXELS: number = 16;
/**
 * Pixels whose sums of eight filters, int32, are in memory before they become outputs, and the bytes of the
 * sums.
 */
export const RUN_PIXELS = 32;
export const RUN_BYTES = 1024;
/** Bytes that vectors may read and write beyond a row. */
const SLACK = 128;

/** Pair kernel: returns the values of one row of a window, rounded up to an even number. */
export function pairRowValues(kernelWidth: number, channels: number): number {
  return 2 * Math.ceil((kernelWidth * channels) / 2);
}

/** Int8 kernels: returns the values of one row of the input as windows see it, with its padding. */
export function pairPlaneRowValues(
  outputWidth: number,
  strideX: number,
  kernelWidth: number,
  channels: number,
): number {
  return ((outputWidth - 1) * strideX + kernelWidth) * channels;
}

/**
 * Int8 kernels: returns the bytes of the padded input in 16-bit integers, and of six pixels that may be read
 * behind it.
 */
export function paddedBytes(planeRowValues: number, planeRows: number, pixelStep: number): number {
  return aligned(2 * planeRowValues * planeRows) + aligned(2 * 6 * pixelStep + 2 * planeRowValues) + SLACK;
}

/**
 * Pair kernel: returns the bytes of the weights in 16-bit integers, [8 filters][kernel row][pair][filter][2].
 */
export function pairExpandedBytes(kernelHeight: number, rowValues: number, filters: number): number {
  return Math.ceil(filters / 8) * kernelHeight * rowValues * 16;
}

/**
 * Plane kernel: returns the pairs in a window: of neighbors in a row, and of two rows if one value is left
 * over.
 */
export function planeItems(kernelHeight: number, rowValues: number): number {
  const whole = Math.floor(rowValues / 2);
  return kernelHeight * whole + (rowValues - 2 * whole) * Math.ceil(kernelHeight / 2);
}

/**
 * Plane kernel: returns the bytes of one plane, which has a pair for every output pixel, in all rows that a
 * window sees.
 *
 * @param windowRows rows that an output row sees
 * @param rowStep rows from one output row to the next
 */
export function planeBytes(
  outputHeight: number,
  outputWidth: number,
  windowRows: number,
  rowStep: number,
): number {
  return aligned((outputHeight + Math.floor((windowRows - 1) / rowStep)) * outputWidth * 4) + 16;
}

/**
 * Plane kernel: returns the bytes of the padded input, of the planes, and of 16 pixels' bits in two forms.
 */
export function planeScratchBytes(
  padded: number,
  bytes: number,
  planes: number,
  outputBytes: number,
): number {
  return padded + bytes * planes + 128 + 16 * outputBytes + SLACK;
}

/**
 * Plane kernel: returns the bytes of two offsets an item and of the weights in 16-bit integers,
 * [8 filters][2 filters][item][filter][2].
 */
export function planeExpandedBytes(items: number, filters: number): number {
  return aligned(items * 8) + Math.ceil(filters / 8) * items * 32;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
