/*
 * Memory of the simd build's kernels other than the table kernel (assembly/kernels/simd). AssemblyScript compiles this
 * same file into the engine, so that what it takes and what `memoryRequirement` says cannot differ.
 */

/** More memory than this for one layer is not worth its speed: it is left to the scalar kernel. */
export const MOST_VECTOR_BYTES = 67108864;
/** Vectors may read and write this much beyond a row. */
const SLACK = 128;

/** Popcount kernel: the gathered windows of two pixels, and their sums. */
export function popcountScratchBytes(windowBytes: number, filters: number): number {
  return 2 * (aligned(windowBytes) + aligned(filters * 4)) + SLACK;
}

/** Pair kernel: values of one row of a window, an even number. */
export function pairRowValues(kernelWidth: number, channels: number): number {
  return 2 * Math.ceil((kernelWidth * channels) / 2);
}

/** Pair kernel: values of one row of the input as the windows see it, padding included. */
export function pairPlaneRowValues(
  outputWidth: number,
  strideX: number,
  kernelWidth: number,
  channels: number,
): number {
  return ((outputWidth - 1) * strideX + kernelWidth) * channels;
}

/** Pair kernel: the whole padded input in 16-bit integers; beyond its end, three more pixels may be read. */
export function pairScratchBytes(planeRowValues: number, planeRows: number, pixelStep: number): number {
  return aligned(2 * planeRowValues * planeRows) + 2 * 3 * pixelStep + 2 * planeRowValues + SLACK;
}

/** Pair kernel: weights in 16-bit integers, [8 filters][kernel row][pair][filter][2]. */
export function pairExpandedBytes(kernelHeight: number, rowValues: number, filters: number): number {
  return Math.ceil(filters / 8) * kernelHeight * rowValues * 16;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
