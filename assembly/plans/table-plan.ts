/*
 * How the table kernel divides a layer; assembly/kernels/simd/table/index.ts explains the kernel and its
 * terms. Engine and SDK compile this same file, so the memory that the engine takes and what
 * `memoryRequirement` returns cannot differ. In AssemblyScript `number` is f64, and the caller provides the
 * memory of the objects: nothing here creates one.
 */
import { sparseWork } from './sparse-plan';

/** A layer that needs more memory than this is left to another kernel. */
const MAX_LAYER_BYTES: number = 67108864;
/** Larger tables no longer stay in the first-level cache. */
const MAX_CACHED_BYTES: number = 32768;
/** Offsets into the tables have 16 bits. */
const MAX_OFFSET_BYTES: number = 65536;
/** Differing bits, and a limit beyond them, are signed 16-bit integers. */
const MAX_DIFFERING_BITS: number = 32766;
/** Taps that one step adds up. */
export const STEP_TAPS: number = 9;
/**
 * The engine uses this many bytes of a thread's tables for a layer and its plan, before it builds the tables.
 */
export const PLAN_BYTES: number = 320;

/** A binary convolution, as far as its plan depends on it. */
export class TableLayer {
  outputHeight: number = 0;
  outputWidth: number = 0;
  inputWidth: number = 0;
  kernelHeight: number = 0;
  kernelWidth: number = 0;
  strideY: number = 0;
  strideX: number = 0;
  paddingLeft: number = 0;
  /** Channels of one plane of the input. */
  channels: number = 0;
  /** Planes of the input. */
  planes: number = 0;
  /** Sums of an output pixel. */
  filters: number = 0;
  /** Thresholds of each sum; 1 if the layer gives numbers. */
  limitsPerSum: number = 0;
  /** Bytes of an output pixel's bits; 0 if the layer gives numbers. */
  outputBytes: number = 0;
}

/** How the kernel divides a layer, and the memory that it needs. */
export class TablePlan {
  /** The number that the other fields follow from: groupBits * 64 + vectors * 4 + tiling. */
  choice: number = 0;
  /** Channels in a group: the bits that index a table. */
  groupBits: number = 0;
  /** Vectors of 32 pixels, two a byte, in a tile. */
  vectors: number = 0;

  /** Output pixels of a tile. */
  tileWidth: number = 0;
  tileHeight: number = 0;
  tilesAcross: number = 0;
  tilesDown: number = 0;
  /** Bytes from one row of a tile to the next. */
  stride: number = 0;
  /**
   * Residues of rows and of columns modulo the stride that windows see: each has its own planes and tables.
   */
  phasesY: number = 0;
  phasesX: number = 0;
  /** Rows of a phase that a tile's windows see below its last row. */
  haloY: number = 0;

  /** Groups of one plane of the input. */
  groups: number = 0;
  /** Groups whose tables are built together, such bundles of one plane, and the steps of one bundle. */
  bundleGroups: number = 0;
  bundles: number = 0;
  steps: number = 0;
  /** Runs of steps whose sums fit a byte, and the bytes of the sums of one chunk. */
  chunks: number = 0;
  chunkBytes: number = 0;

  /** Bytes from one row of a group's plane to the next, and of the whole plane. */
  planeStride: number = 0;
  planeBytes: number = 0;
  /** Bytes of one entry of a table, a value for each pixel that some tap sees, and of the whole table. */
  entryBytes: number = 0;
  tableBytes: number = 0;
  /** Bytes of a bundle's tables and of the entry of zeros behind them, which taps read that do not exist. */
  bundleBytes: number = 0;
  /** Bytes of a tile's pixels of one group, a byte each. */
  tileBytes: number = 0;
  /** Bytes of a tile's results: its bits, or its pixels' sums of eight filters, int32. */
  resultBytes: number = 0;
  /** Bytes that a run needs besides the tables, and bytes that stay from load on. */
  scratchBytes: number = 0;
  expandedBytes: number = 0;
}

/**
 * Joins the rows of a layer whose output pixels see one input pixel each, their own: it becomes a single row.
 *
 * @returns whether it is such a layer
 */
export function joinRows(layer: TableLayer, inputHeight: number): boolean {
  if (layer.kernelHeight * layer.kernelWidth * layer.strideY * layer.strideX !== 1) return false;
  if (layer.outputHeight !== inputHeight || layer.outputWidth !== layer.inputWidth) return false;
  layer.outputWidth *= layer.outputHeight;
  layer.inputWidth = layer.outputWidth;
  layer.outputHeight = 1;
  return true;
}

/** Checks that the differing bits of a window fit a signed 16-bit integer. */
export function sumsFit(layer: TableLayer): boolean {
  return tapsOf(layer) * layer.channels * layer.planes <= MAX_DIFFERING_BITS;
}

/**
 * Lays the layer out in the way that takes the least estimated work.
 *
 * @returns false, with an undefined plan, if the sparse kernel takes less work for any input, if sums do not fit 16
 *   bits, or if every plan needs too much memory
 */
export function chooseTable(layer: TableLayer, plan: TablePlan): boolean {
  if (!sumsFit(layer)) return false;
  let best = sparseWork(layer, 1);
  let choice: number = 0;
  for (let bits = 4; bits <= 7; bits++) {
    for (let count = 1; count <= 9; count++) {
      if (!isUnrolled(count)) continue;
      for (let tiling = 0; tiling < 4; tiling++) {
        const candidate: number = bits * 64 + count * 4 + tiling;
        if (!layOutTable(layer, candidate, plan)) continue;
        if (plan.bundleBytes + (plan.haloY + 1) * plan.stride + 16 > MAX_OFFSET_BYTES) continue;
        if (plan.scratchBytes + plan.expandedBytes > MAX_LAYER_BYTES) continue;
        const work = tableWork(layer, plan);
        if (work >= best) continue;
        best = work;
        choice = candidate;
      }
    }
  }
  return choice !== 0 && layOutTable(layer, choice, plan);
}

/**
 * Lays the layer out for one choice.
 *
 * @param choice groupBits * 64 + vectors * 4 + tiling; tiling 0: whole rows, 1: 14 pixels wide, 2: 16, 3: one
 *   row
 * @returns false if not even one row fits a tile
 */
export function layOutTable(layer: TableLayer, choice: number, plan: TablePlan): boolean {
  plan.choice = choice;
  plan.groupBits = Math.floor(choice / 64);
  plan.vectors = Math.floor((choice - plan.groupBits * 64) / 4);
  if (!divideIntoTiles(layer, choice - plan.groupBits * 64 - plan.vectors * 4, plan)) return false;
  divideIntoSteps(layer, plan);
  layOutMemory(layer, plan);
  return true;
}

function divideIntoTiles(layer: TableLayer, tiling: number, plan: TablePlan): boolean {
  const pixels = 32 * plan.vectors;
  plan.phasesY = Math.min(layer.strideY, layer.kernelHeight);
  plan.phasesX = Math.min(layer.strideX, layer.kernelWidth);
  plan.haloY = Math.floor((layer.kernelHeight - 1) / layer.strideY);
  const haloX = Math.floor((layer.kernelWidth - 1) / layer.strideX);
  // If both are zeros, the border right of a row is also the border left of the next one.
  const paddingRight = layer.outputWidth + layer.kernelWidth - 1 - layer.paddingLeft - layer.inputWidth;
  const sharesBorder = layer.strideX === 1 && tiling === 0;
  const shared = sharesBorder ? Math.max(0, Math.min(layer.paddingLeft, paddingRight)) : 0;
  plan.tileWidth = tiling === 0 ? layer.outputWidth : tiling === 1 ? 14 : tiling === 2 ? 16 : pixels;
  plan.stride = plan.tileWidth + haloX - shared;
  if (pixels < plan.tileWidth) return false;
  const rows = Math.floor((pixels - plan.tileWidth) / plan.stride) + 1;
  plan.tileHeight = Math.min(layer.outputHeight, rows);
  plan.tilesAcross = Math.ceil(layer.outputWidth / plan.tileWidth);
  plan.tilesDown = Math.ceil(layer.outputHeight / plan.tileHeight);
  plan.planeStride = tiling === 0 ? plan.stride : plan.tilesAcross * plan.tileWidth + haloX;
  return true;
}

function divideIntoSteps(layer: TableLayer, plan: TablePlan): void {
  const taps = tapsOf(layer);
  plan.groups = Math.ceil(layer.channels / plan.groupBits);
  const maxGroups = Math.min(plan.groups, Math.max(1, Math.floor(STEP_TAPS / taps)));
  plan.bundles = Math.ceil(plan.groups / maxGroups);
  plan.bundleGroups = Math.ceil(plan.groups / plan.bundles);
  plan.steps = Math.ceil((plan.bundleGroups * taps) / STEP_TAPS);
  const chunkSteps = Math.floor(255 / (STEP_TAPS * plan.groupBits));
  plan.chunks = Math.ceil((layer.planes * plan.bundles * plan.steps) / chunkSteps);
}

function layOutMemory(layer: TableLayer, plan: TablePlan): void {
  const pixels = 32 * plan.vectors;
  // Not a power of two, or the sums of a filter in all chunks would compete for one place of the cache.
  plan.chunkBytes = layer.filters * pixels + 64;
  plan.planeBytes = aligned((plan.tilesDown * plan.tileHeight + plan.haloY) * plan.planeStride + 16);
  const haloX = Math.floor((layer.kernelWidth - 1) / layer.strideX);
  const end = (plan.tileHeight - 1) * plan.stride + plan.tileWidth;
  const lowEnd = Math.min(end, lastPixel(plan, pixels / 2 - 1) + 1);
  plan.entryBytes = aligned(Math.max(lowEnd, end - pixels / 2) + plan.haloY * plan.stride + haloX);
  plan.tableBytes = entriesOf(plan) * plan.entryBytes;
  plan.bundleBytes = plan.bundleGroups * plan.phasesY * plan.phasesX * plan.tableBytes + plan.entryBytes;
  const tileRows = (plan.tileHeight + plan.haloY) * plan.stride;
  plan.tileBytes = aligned(Math.max(tileRows, pixels / 2 + plan.entryBytes) + 32);
  plan.resultBytes = (layer.outputBytes === 0 ? 32 : layer.outputBytes + 4) * pixels;
  plan.scratchBytes =
    layer.planes * plan.groups * plan.phasesY * plan.phasesX * plan.planeBytes +
    plan.tileBytes +
    plan.chunks * plan.chunkBytes +
    512 +
    plan.resultBytes +
    128 +
    Math.ceil(layer.channels / 32) * 64 +
    256;
  const offsets = plan.bundles * plan.steps * layer.filters * STEP_TAPS;
  plan.expandedBytes = aligned(2 * (offsets + layer.limitsPerSum * layer.filters));
}

/**
 * Estimates the work of a plan, in tenths of a cycle, from measured cycles a vector: 7.3 for nine taps, 1.1
 * for a part of an entry, 2.5 to widen and 2 to compare.
 */
export function tableWork(layer: TableLayer, plan: TablePlan): number {
  const tiles = plan.tilesAcross * plan.tilesDown;
  const groups = plan.phasesY * plan.phasesX * plan.groups;
  const build = groups * (plan.tableBytes / 16) * 11;
  const add = plan.bundles * plan.steps * layer.filters * (plan.vectors * 73 + 25);
  const work =
    tiles * layer.planes * (build + add) +
    tiles * layer.filters * plan.vectors * (25 * plan.chunks + 20 * layer.limitsPerSum) +
    layer.planes * groups * layer.outputHeight * layer.outputWidth * 6;
  return plan.bundleBytes > MAX_CACHED_BYTES ? work * 1.5 : work;
}

/** Returns the last pixel of a tile, counted with a step of `stride` a row, up to place `place`. */
function lastPixel(plan: TablePlan, place: number): number {
  const row = Math.floor(place / plan.stride);
  return row * plan.stride + Math.min(place - row * plan.stride, plan.tileWidth - 1);
}

/** Returns 2 ** groupBits. */
function entriesOf(plan: TablePlan): number {
  return plan.groupBits === 4 ? 16 : plan.groupBits === 5 ? 32 : plan.groupBits === 6 ? 64 : 128;
}

function tapsOf(layer: TableLayer): number {
  return layer.kernelHeight * layer.kernelWidth;
}

/** Checks whether scripts/generate-table-steps.mjs generates code for tiles of this many vectors. */
function isUnrolled(vectors: number): boolean {
  return vectors <= 4 || vectors === 7 || vectors === 9;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
