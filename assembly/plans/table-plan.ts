/*
 * How the table kernel (assembly/kernels/simd/table/, whose index.ts explains the terms) divides a layer. AssemblyScript
 * compiles this same file into the engine, so that what the engine takes and what `memoryRequirement` says cannot
 * differ: hence plain functions of numbers, and results in module variables, not in objects.
 */

/** More memory than this for one layer is not worth its speed: such a layer is left to the popcount kernel. */
const MOST_BYTES: number = 67108864;
/** Tables beyond this no longer stay in the first-level cache. */
const MOST_TABLE_BYTES: number = 32768;
/** Taps that one step adds up. */
export const STEP_TAPS: number = 9;

// The layer.
let outputHeight: number = 0;
let outputWidth: number = 0;
let inputWidth: number = 0;
let kernelHeight: number = 0;
let kernelWidth: number = 0;
let strideY: number = 0;
let strideX: number = 0;
let paddingLeft: number = 0;
let channels: number = 0;
let planes: number = 0;
let filters: number = 0;
let cuts: number = 0;
let outputBytes: number = 0;

/** Channels in a group: the bits that index a table. */
export let groupBits: number = 0;
/** Vectors of 32 pixels (two a byte) in a tile. */
export let vectors: number = 0;
/** Output pixels of a tile. */
export let tileWidth: number = 0;
export let tileHeight: number = 0;
/** Bytes from one row of a tile to the next. */
export let stride: number = 0;
export let tilesAcross: number = 0;
export let tilesDown: number = 0;
/** Groups of one plane of the input. */
export let groups: number = 0;
/** Residues of rows and of columns modulo the stride that windows see: each has its own planes and tables. */
export let phasesY: number = 0;
export let phasesX: number = 0;
/** Rows of a phase below a tile's last one that its windows see. */
export let haloY: number = 0;
/** Groups whose tables are built together, such bundles of one plane, and the steps that one bundle takes. */
export let bundleGroups: number = 0;
export let bundles: number = 0;
export let steps: number = 0;
/** Runs of steps whose sums fit a byte. */
export let chunks: number = 0;
/** Bytes of the sums of one chunk. */
export let chunkBytes: number = 0;
/** Bytes from one row of a group's plane to the next, and of the whole plane. */
export let planeStride: number = 0;
export let planeBytes: number = 0;
/** Bytes of one entry of a table: a value for each pixel that some tap sees. */
export let entryBytes: number = 0;
/** Bytes of all entries of one table. */
export let tableBytes: number = 0;
/** Bytes of a tile's pixels of one group, a byte each. */
export let tileBytes: number = 0;
/** Bytes of what a tile gives: its bits, or its pixels' sums of eight filters, int32. */
export let resultBytes: number = 0;
/** Bytes that a run needs besides the tables, and bytes that stay from load on. */
export let scratchBytes: number = 0;
export let expandedBytes: number = 0;
/** Work of one run, in tenths of a cycle, roughly. */
export let estimate: number = 0;

/**
 * Describes the layer that the functions below are about.
 *
 * @param planes of the input
 * @param filters sums a pixel, each with `cuts` thresholds
 * @param outputBytes of a pixel's bits; 0: it gives numbers, without thresholds, with 1 for `cuts`
 */
export function describeLayer(
  height: number,
  width: number,
  inputColumns: number,
  windowHeight: number,
  windowWidth: number,
  down: number,
  right: number,
  paddedLeft: number,
  inputChannels: number,
  inputPlanes: number,
  sums: number,
  thresholds: number,
  pixelBytes: number,
): void {
  outputHeight = height;
  outputWidth = width;
  inputWidth = inputColumns;
  kernelHeight = windowHeight;
  kernelWidth = windowWidth;
  strideY = down;
  strideX = right;
  paddingLeft = paddedLeft;
  channels = inputChannels;
  planes = inputPlanes;
  filters = sums;
  cuts = thresholds;
  outputBytes = pixelBytes;
}

/**
 * Whether every output pixel sees one input pixel, its own: then rows mean nothing, and the caller describes the layer
 * as a single row.
 */
export function isPointwise(
  height: number,
  width: number,
  inputRows: number,
  inputColumns: number,
  taps: number,
): boolean {
  return taps === 1 && height === inputRows && width === inputColumns;
}

/**
 * Lays the layer out for one choice.
 *
 * @param choice groupBits * 64 + vectors * 4 + tiling; tiling 0: whole rows, 1: 14 pixels wide, 2: 16, 3: one row
 */
export function layOutTable(choice: number): void {
  groupBits = Math.floor(choice / 64);
  vectors = Math.floor((choice - groupBits * 64) / 4);
  const tiling = choice - groupBits * 64 - vectors * 4;
  const pixels = 32 * vectors;
  phasesY = Math.min(strideY, kernelHeight);
  phasesX = Math.min(strideX, kernelWidth);
  haloY = Math.floor((kernelHeight - 1) / strideY);
  const haloX = Math.floor((kernelWidth - 1) / strideX);

  // Where both are zeros, the border right of a row is also the border left of the next one.
  const right = outputWidth + kernelWidth - 1 - paddingLeft - inputWidth;
  const shared = strideX === 1 && tiling === 0 ? Math.max(0, Math.min(paddingLeft, right)) : 0;
  tileWidth = tiling === 0 ? outputWidth : tiling === 1 ? 14 : tiling === 2 ? 16 : pixels;
  stride = tileWidth + haloX - shared;
  tileHeight = pixels < tileWidth ? 0 : Math.min(outputHeight, Math.floor((pixels - tileWidth) / stride) + 1);
  if (tileHeight === 0) return;
  tilesAcross = Math.ceil(outputWidth / tileWidth);
  tilesDown = Math.ceil(outputHeight / tileHeight);

  groups = Math.ceil(channels / groupBits);
  const taps = kernelHeight * kernelWidth;
  const most = Math.min(groups, Math.max(1, Math.floor(STEP_TAPS / taps)));
  bundles = Math.ceil(groups / most);
  bundleGroups = Math.ceil(groups / bundles);
  steps = Math.ceil((bundleGroups * taps) / STEP_TAPS);
  chunks = Math.ceil((planes * bundles * steps) / Math.floor(255 / (STEP_TAPS * groupBits)));
  // Not a power of two, or all chunks' sums of a filter would want the same place of the cache.
  chunkBytes = filters * pixels + 64;

  planeStride = tiling === 0 ? stride : tilesAcross * tileWidth + haloX;
  planeBytes = aligned((tilesDown * tileHeight + haloY) * planeStride + 16);
  const end = (tileHeight - 1) * stride + tileWidth;
  const lowEnd = Math.min(end, lastPixel(pixels / 2 - 1) + 1);
  entryBytes = aligned(Math.max(lowEnd, end - pixels / 2) + haloY * stride + haloX);
  tableBytes = entries() * entryBytes;
  tileBytes = aligned(Math.max((tileHeight + haloY) * stride, pixels / 2 + entryBytes) + 32);
  resultBytes = (outputBytes === 0 ? 32 : outputBytes + 4) * pixels;
  scratchBytes =
    planes * groups * phasesY * phasesX * planeBytes +
    tileBytes +
    chunks * chunkBytes +
    512 +
    resultBytes +
    128 +
    Math.ceil(channels / 32) * 64 +
    256;
  expandedBytes = aligned(bundles * steps * filters * 2 * STEP_TAPS + cuts * filters * 2);

  // As measured: cycles a vector of 7.3 for nine taps, 1.1 for a part of an entry, 2.5 to widen and 2 to compare.
  const tiles = tilesAcross * tilesDown;
  const build = phasesY * phasesX * groups * (tableBytes / 16) * 11;
  const add = bundles * steps * filters * (vectors * 73 + 25);
  estimate =
    tiles * planes * (build + add) +
    tiles * filters * vectors * (25 * chunks + 20 * cuts) +
    planes * groups * phasesY * phasesX * outputHeight * outputWidth * 6;
  if (bundleTableBytes() > MOST_TABLE_BYTES) estimate *= 1.5;
}

/** The last pixel of a tile, counted with a step of `stride` a row, up to place `place`. */
function lastPixel(place: number): number {
  const row = Math.floor(place / stride);
  return row * stride + Math.min(place - row * stride, tileWidth - 1);
}

/** Entries of a table. */
export function entries(): number {
  return groupBits === 4 ? 16 : groupBits === 5 ? 32 : groupBits === 6 ? 64 : 128;
}

/** Bytes of a bundle's tables, and behind them an entry of zeros for taps that there are not. */
export function bundleTableBytes(): number {
  return bundleGroups * phasesY * phasesX * tableBytes + entryBytes;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

/**
 * The choice with the least estimated work, or 0 where counting bits is less work than tables, sums could pass 16
 * bits, or the memory would be too much.
 */
export function chooseTable(): number {
  if (!sumsFit()) return 0;
  const taps = kernelHeight * kernelWidth;
  const pixels = outputHeight * outputWidth;
  const words = Math.ceil(channels / 32) * taps * planes;
  let best = pixels * (filters * (words * 7 + 15) + words * 20);
  let choice = 0;
  for (let bits = 4; bits <= 7; bits++) {
    for (let count = 1; count <= 9; count++) {
      if (!isUnrolled(count)) continue;
      for (let tiling = 0; tiling < 4; tiling++) {
        const candidate = bits * 64 + count * 4 + tiling;
        layOutTable(candidate);
        // Offsets into the tables are 16-bit.
        if (tileHeight === 0 || bundleTableBytes() + (haloY + 1) * stride + 16 > 65536) continue;
        if (estimate >= best || scratchBytes + expandedBytes > MOST_BYTES) continue;
        best = estimate;
        choice = candidate;
      }
    }
  }
  return choice;
}

/** Whether all the bits of a window, and a limit beyond them, fit a signed 16-bit integer. */
export function sumsFit(): boolean {
  return kernelHeight * kernelWidth * channels * planes <= 32766;
}

/** The tile sizes that scripts/generate-table-steps.mjs makes code for. */
function isUnrolled(count: number): boolean {
  return count <= 4 || count === 7 || count === 9;
}
