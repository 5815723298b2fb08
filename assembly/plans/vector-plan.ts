/*
 * Memory of the simd build's kernels other than the table kernel (assembly/kernels/simd). AssemblyScript compiles this
 * same file into the engine, so that what it takes and what `memoryRequirement` says cannot differ.
 */

/** More memory than this for one layer is not worth its speed: it is left to the scalar kernel. */
export const MAX_VECTOR_BYTES = 67108864;
/** The plane kernel makes 16 output pixels at once; for fewer it has nothing to win. */
export const MIN_PLANE_PIXELS: number = 16;
/** Sums of eight filters wait in memory for as many pixels, int32, before they become what the layer gives. */
export const RUN_PIXELS = 32;
export const RUN_BYTES = 1024;
/** Vectors may read and write this much beyond a row. */
const SLACK = 128;

/** Popcount kernel: the gathered windows of two pixels, and their sums, in eights. */
export function popcountScratchBytes(windowBytes: number, filters: number): number {
  return 2 * (aligned(windowBytes) + 32 * Math.ceil(filters / 8)) + SLACK;
}

/** Pair kernel: values of one row of a window, an even number. */
export function pairRowValues(kernelWidth: number, channels: number): number {
  return 2 * Math.ceil((kernelWidth * channels) / 2);
}

/** Int8 kernels: values of one row of the input as the windows see it, padding included. */
export function pairPlaneRowValues(
  outputWidth: number,
  strideX: number,
  kernelWidth: number,
  channels: number,
): number {
  return ((outputWidth - 1) * strideX + kernelWidth) * channels;
}

/** Int8 kernels: the whole padded input in 16-bit integers; beyond its end, six more pixels may be read. */
export function paddedBytes(planeRowValues: number, planeRows: number, pixelStep: number): number {
  return aligned(2 * planeRowValues * planeRows) + aligned(2 * 6 * pixelStep + 2 * planeRowValues) + SLACK;
}

/** Pair kernel: weights in 16-bit integers, [8 filters][kernel row][pair][filter][2]. */
export function pairExpandedBytes(kernelHeight: number, rowValues: number, filters: number): number {
  return Math.ceil(filters / 8) * kernelHeight * rowValues * 16;
}

/** Plane kernel: pairs of values in a window. Pairs of neighbors in a row, and where one is left, of two rows. */
export function planeItems(kernelHeight: number, rowValues: number): number {
  const whole = Math.floor(rowValues / 2);
  return kernelHeight * whole + (rowValues - 2 * whole) * Math.ceil(kernelHeight / 2);
}

/**
 * Plane kernel: bytes of one plane, a pair for every output pixel, for all rows that some window row sees.
 *
 * @param windowRows rows that an output row sees, which are `down` rows apart
 */
export function planeBytes(
  outputHeight: number,
  outputWidth: number,
  windowRows: number,
  down: number,
): number {
  return aligned((outputHeight + Math.floor((windowRows - 1) / down)) * outputWidth * 4) + 16;
}

/** Plane kernel: the padded input, so many planes, and 16 pixels' bits, two words each and then as they will be. */
export function planeScratchBytes(
  padded: number,
  bytes: number,
  planes: number,
  outputBytes: number,
): number {
  return padded + bytes * planes + 128 + 16 * outputBytes + SLACK;
}

/**
 * Plane kernel: two offsets an item, then weights in 16-bit integers, [8 filters][2 filters][item][filter][2]; other
 * offsets for when the pool behind the layer is done with it.
 */
export function planeExpandedBytes(items: number, filters: number, pool: boolean): number {
  return aligned(items * 8) * (pool ? 2 : 1) + Math.ceil(filters / 8) * items * 32;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
