/*
 * How the table kernel (assembly/kernels/simd/table.ts, which explains the terms) divides a layer. AssemblyScript
 * compiles this same file into the engine, so that what the engine takes and what `memoryRequirement` says cannot
 * differ: hence plain functions of numbers, and results in module variables, not in objects.
 */

/** More memory than this for one layer is not worth its speed: such a layer is left to the popcount kernel. */
const MOST_BYTES = 67108864;
/** A table beyond this no longer stays in the first-level cache. */
const MOST_TABLE_BYTES = 32768;

/** Channels in a group: the bits that index the table. */
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
/** Bytes from one row of a group's plane to the next, and of the whole plane. */
export let planeStride: number = 0;
export let planeBytes: number = 0;
/** Bytes of one entry of the table: a value for each pixel that some tap sees. */
export let entryBytes: number = 0;
/** Bytes of a tile's pixels of one group, a byte each. */
export let tileBytes: number = 0;
/** Bytes that a run needs, and bytes that stay from load on. */
export let scratchBytes: number = 0;
export let expandedBytes: number = 0;
/** Work of one run, in vector instructions, roughly. */
export let estimate: number = 0;

/**
 * Lays a 3x3 convolution of stride 1 out for one choice.
 *
 * @param choice groupBits * 64 + vectors * 4 + tiling; tiling 0: whole rows, 1: 14 pixels wide, 2: 16
 */
export function layOutTable(
  choice: number,
  outputHeight: number,
  outputWidth: number,
  inputWidth: number,
  paddingLeft: number,
  channels: number,
  planes: number,
  filters: number,
  cuts: number,
  outputBytes: number,
): void {
  groupBits = Math.floor(choice / 64);
  vectors = Math.floor((choice - groupBits * 64) / 4);
  const tiling = choice - groupBits * 64 - vectors * 4;
  // Where both are zeros, the border right of a row is also the border left of the next one.
  const shared = paddingLeft >= 1 && outputWidth + 1 - paddingLeft >= inputWidth;
  tileWidth = tiling === 0 ? outputWidth : tiling === 1 ? 14 : 16;
  stride = tiling === 0 && shared ? outputWidth + 1 : tileWidth + 2;
  const pixels = 32 * vectors;
  tileHeight = pixels < tileWidth ? 0 : Math.min(outputHeight, Math.floor((pixels - tileWidth) / stride) + 1);
  if (tileHeight === 0) return;
  tilesAcross = Math.ceil(outputWidth / tileWidth);
  tilesDown = Math.ceil(outputHeight / tileHeight);
  groups = Math.ceil(channels / groupBits);
  planeStride = tiling === 0 ? stride : tilesAcross * tileWidth + 2;
  planeBytes = aligned((tilesDown * tileHeight + 2) * planeStride + 16);
  entryBytes = aligned(pixels / 2 + 2 * stride + 2);
  tileBytes = aligned(pixels + 3 * stride + 48);
  const tableBytes = entries() * entryBytes;
  const rowBytes = Math.ceil(channels / 32) * 64 + 16;
  scratchBytes =
    planes * groups * planeBytes +
    tileBytes +
    tableBytes +
    filters * vectors * (32 + 64) +
    outputBytes * pixels +
    rowBytes +
    192;
  expandedBytes = aligned(groups * filters * 18 + cuts * filters * 2);
  const tiles = tilesAcross * tilesDown;
  // As measured: a vector of an entry takes a fifth of the time of nine taps of 32 pixels.
  const step = 55;
  const build = (tableBytes / 16) * 11;
  estimate =
    tiles * planes * groups * (filters * (vectors * step + 20) + build) +
    planes * groups * outputHeight * outputWidth * 8 +
    tiles * filters * vectors * 30 * cuts;
  if (tableBytes > MOST_TABLE_BYTES) estimate *= 2;
}

/** Entries of the table. */
export function entries(): number {
  return groupBits === 4 ? 16 : groupBits === 5 ? 32 : groupBits === 6 ? 64 : 128;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

/**
 * The choice with the least estimated work, or 0 where counting bits is less work than tables, sums could pass 16
 * bits, or the memory would be too much.
 */
export function chooseTable(
  outputHeight: number,
  outputWidth: number,
  inputWidth: number,
  paddingLeft: number,
  channels: number,
  planes: number,
  filters: number,
  cuts: number,
  outputBytes: number,
): number {
  if (9 * channels * planes > 32766) return 0;
  let best = outputHeight * outputWidth * filters * planes * Math.ceil(channels / 32) * 9 * 7;
  let choice = 0;
  for (let bits = 4; bits <= 7; bits++) {
    for (let count = 1; count <= 9; count++) {
      if (!isUnrolled(count)) continue;
      for (let tiling = 0; tiling < 3; tiling++) {
        const candidate = bits * 64 + count * 4 + tiling;
        layOutTable(
          candidate,
          outputHeight,
          outputWidth,
          inputWidth,
          paddingLeft,
          channels,
          planes,
          filters,
          cuts,
          outputBytes,
        );
        if (tileHeight === 0 || entries() * entryBytes >= 65536 - 2 * stride - 2) continue;
        if (estimate >= best || scratchBytes + expandedBytes > MOST_BYTES) continue;
        best = estimate;
        choice = candidate;
      }
    }
  }
  return choice;
}

/** The tile sizes that scripts/generate-table-steps.mjs makes code for. */
function isUnrolled(count: number): boolean {
  return count <= 4 || count === 7 || count === 9;
}
