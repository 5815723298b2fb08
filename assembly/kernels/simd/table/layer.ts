import {
  OP_CUTS,
  OP_INPUT,
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_PADDING_LEFT,
  OP_PADDING_TOP,
  OP_PARAMETERS,
  OP_STRIDE_X,
  OP_STRIDE_Y,
  TYPE_BITS,
  WORD_BITS,
} from '../../../layout';
import { filtersOf } from '../../../op';
import * as plan from '../../../plans/table-plan';
import {
  channels,
  height,
  offset,
  opRecord,
  pixelBytes,
  planes,
  type,
  width,
  wordsFor,
} from '../../../tensor';
import { openOutput } from '../../epilogue';
import { clear } from '../clear';
import { ownTables } from './addresses';

// The layer that is open: its shape, its plan, and where a run has its memory.

let input: u32 = 0;
export let inputHeight: u32 = 0;
export let inputWidth: u32 = 0;
export let outputHeight: u32 = 0;
export let outputWidth: u32 = 0;
export let inputChannels: u32 = 0;
export let inputPlanes: u32 = 0;
export let kernelHeight: u32 = 0;
export let kernelWidth: u32 = 0;
export let strideY: u32 = 0;
export let strideX: u32 = 0;
export let paddingTop: u32 = 0;
export let paddingLeft: u32 = 0;
export let filters: u32 = 0;
export let cuts: u32 = 0;
export let givesBits: bool = false;
/** Of a pixel's bits. */
export let outputBytes: u32 = 0;

// The plan's results, as the integers that they are.
export let vectors: u32 = 0;
export let groups: u32 = 0;
export let groupBits: u32 = 0;
export let stride: u32 = 0;
export let entryBytes: u32 = 0;
export let tableBytes: u32 = 0;
let tileBytes: u32 = 0;
export let planeBytes: u32 = 0;
export let planeStride: u32 = 0;
export let tileWidth: u32 = 0;
export let tileHeight: u32 = 0;
export let tilesAcross: u32 = 0;
let tilesDown: u32 = 0;
export let phasesY: u32 = 0;
export let phasesX: u32 = 0;
export let haloY: u32 = 0;
export let bundles: u32 = 0;
export let bundleGroups: u32 = 0;
export let steps: u32 = 0;
export let chunks: u32 = 0;
export let chunkBytes: u32 = 0;

// Where a run has its memory.
export let activations: usize = 0;
export let tile: usize = 0;
export let tables: usize = 0;
export let sums: usize = 0;
/** Differing bits of eight filters and 32 pixels, int16 [filter][pixel]. */
export let wide: usize = 0;
/** What a tile gives: bits [byte of the output's pixel][pixel], or sums of eight filters, int32 [pixel][8]. */
export let results: usize = 0;
/** What bits 3 to 6 of a pattern add, to two vectors. */
export let differences: usize = 0;
export let rows: usize = 0;
// Where a run has the model's and the arena's memory.
export let image: usize = 0;
export let weights: usize = 0;
/** What the sums are held to: [cut][filter] limits on x, or popcounts of the filters. */
export let limits: usize = 0;
export let flips: usize = 0;
export let secondCut: u32 = 0;
export let output: usize = 0;
export let tileParts: u32 = 1;

function describe(model: usize, index: u32): void {
  const op = opRecord(model, index);
  input = load<u16>(op + OP_INPUT);
  inputHeight = height(model, input);
  inputWidth = width(model, input);
  outputHeight = height(model, index + 1);
  outputWidth = width(model, index + 1);
  inputChannels = channels(model, input);
  inputPlanes = planes(model, input);
  kernelHeight = load<u8>(op + OP_KERNEL_HEIGHT);
  kernelWidth = load<u8>(op + OP_KERNEL_WIDTH);
  strideY = load<u8>(op + OP_STRIDE_Y);
  strideX = load<u8>(op + OP_STRIDE_X);
  paddingTop = load<u8>(op + OP_PADDING_TOP);
  paddingLeft = load<u8>(op + OP_PADDING_LEFT);
  filters = filtersOf(op);
  givesBits = type(model, index + 1) == TYPE_BITS;
  cuts = givesBits ? load<u8>(op + OP_CUTS) : 1;
  outputBytes = givesBits ? pixelBytes(model, index + 1) : 0;
  const taps = kernelHeight * kernelWidth;
  if (
    strideY == 1 &&
    strideX == 1 &&
    plan.isPointwise(outputHeight, outputWidth, inputHeight, inputWidth, taps)
  ) {
    outputWidth *= outputHeight;
    inputWidth = outputWidth;
    outputHeight = 1;
    inputHeight = 1;
  }
  plan.describeLayer(
    outputHeight,
    outputWidth,
    inputWidth,
    kernelHeight,
    kernelWidth,
    strideY,
    strideX,
    paddingLeft,
    inputChannels,
    inputPlanes,
    filters,
    cuts,
    outputBytes,
  );
}

/** The plan's choice for op `index`, a binary convolution; 0 for another kernel. */
export function chooseTable(model: usize, index: u32): u32 {
  describe(model, index);
  return <u32>plan.chooseTable();
}

/** Makes the plan of op `index` the current one. */
export function openTable(model: usize, index: u32, chosen: u32): void {
  describe(model, index);
  plan.layOutTable(chosen);
  vectors = <u32>plan.vectors;
  groups = <u32>plan.groups;
  groupBits = <u32>plan.groupBits;
  stride = <u32>plan.stride;
  entryBytes = <u32>plan.entryBytes;
  tableBytes = <u32>plan.tableBytes;
  tileBytes = <u32>plan.tileBytes;
  planeBytes = <u32>plan.planeBytes;
  planeStride = <u32>plan.planeStride;
  tileWidth = <u32>plan.tileWidth;
  tileHeight = <u32>plan.tileHeight;
  tilesAcross = <u32>plan.tilesAcross;
  tilesDown = <u32>plan.tilesDown;
  phasesY = <u32>plan.phasesY;
  phasesX = <u32>plan.phasesX;
  haloY = <u32>plan.haloY;
  bundles = <u32>plan.bundles;
  bundleGroups = <u32>plan.bundleGroups;
  steps = <u32>plan.steps;
  chunks = <u32>plan.chunks;
  chunkBytes = <u32>plan.chunkBytes;
}

export function tableScratchBytes(): u32 {
  return <u32>plan.scratchBytes;
}

export function tableExpandedBytes(): u32 {
  return <u32>plan.expandedBytes;
}

/** Says where the open op has its memory. */
export function placeTable(model: usize, arena: usize, scratch: usize, expanded: usize, index: u32): void {
  activations = scratch;
  tile = activations + inputPlanes * groups * phasesY * phasesX * planeBytes;
  tables = ownTables();
  sums = tile + tileBytes;
  wide = sums + chunks * chunkBytes;
  results = wide + 512;
  differences = results + <u32>plan.resultBytes;
  rows = differences + 128;
  clear(tile, tileBytes);
  clear(tables + <u32>plan.bundleTableBytes() - entryBytes, entryBytes);

  image = arena + offset(model, input);
  weights = expanded;
  limits = expanded + bundles * steps * filters * 18;
  flips = model + load<u32>(opRecord(model, index) + OP_PARAMETERS) + ((cuts * filters) << 2);
  secondCut = planes(model, index + 1) == 2 ? wordsFor(filters) * WORD_BITS : filters;
  output = arena + offset(model, index + 1);
  if (!givesBits) openOutput(model, arena, index);
}

/**
 * Divides the open op for a number of threads: into tiles, and each of them by filters where tiles alone would leave
 * threads without work.
 *
 * @returns how many parts there are
 */
export function tableParts(threads: u32): u32 {
  const tiles = tilesAcross * tilesDown;
  tileParts = 1;
  // Output words must be one part's own.
  const most: u32 = (filters & 31) == 0 ? filters >>> 5 : 1;
  if (tiles < 4 * threads) while (tileParts < most && (tiles * tileParts) % threads != 0) tileParts++;
  return tiles * tileParts;
}
