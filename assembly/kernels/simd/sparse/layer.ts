import { OP_INPUT } from '../../../layout';
import * as plan from '../../../plans/sparse-plan';
import { offset, opRecord, wordsFor } from '../../../tensor';
import { openOutputAt } from '../../epilogue';
import {
  filters,
  inputChannels,
  inputPlanes,
  inputWidth,
  kernelHeight,
  kernelWidth,
  openShape,
  outputWidth,
  strideY,
} from '../shape';

export * from '../shape';

// The open layer and the memory of its run.

export let pixelBytes: u32 = 0;
/** Filters of one pixel in a vector, and pixels of a vector, one below the other. */
export let lanes: u32 = 0;
export let pixels: u32 = 0;
/** Rows of the input that the pixels of a vector see. */
export let seenRows: u32 = 0;
/** Whether the entries of lists have 16 bits. */
export let hasShortOffsets: bool = false;

export let image: usize = 0;
export let bitTable: usize = 0;
export let weights: usize = 0;
/** Offsets of the inputs that are 1, and of those that are 2. */
export let ones: usize = 0;
export let twos: usize = 0;
/** For each column and the end: addresses in both lists, and the totals of each pixel so far. */
export let columns: usize = 0;
/** The distance in bytes from the current lists to the previous ones. */
export let otherLists: usize = 0;
/** For each column and row: entries in both lists, 16 bits each. */
export let lengths: usize = 0;
export let carries: usize = 0;
export let nextCarries: usize = 0;
export let counter: usize = 0;
/** Memory of eight entries. */
export let spare: usize = 0;
/** Sums of a vector, int32 [pixel of the vector][8 filters][pixel of the run][8]. */
export let sums: usize = 0;
let scratchBytes: f64 = 0;
let expandedBytes: f64 = 0;

/** Reads the shape of op `index`, a binary convolution. @returns false if this kernel cannot run it */
export function openSparse(model: usize, index: u32): bool {
  openShape(model, index);
  pixelBytes = (wordsFor(inputChannels) << 2) * inputPlanes;
  lanes = <u32>plan.laneFilters(filters);
  pixels = 128 / lanes;
  seenRows = <u32>plan.seenRows(filters, kernelHeight, strideY);
  hasShortOffsets = plan.hasShortOffsets(seenRows, kernelWidth, inputWidth, inputChannels);
  scratchBytes = plan.sparseScratchBytes(seenRows, kernelWidth, inputWidth, inputChannels);
  expandedBytes = plan.sparseExpandedBytes(seenRows, kernelWidth, inputChannels, filters);
  const inputs = <f64>inputChannels * inputPlanes * kernelHeight * kernelWidth;
  if (plan.sparseFits(inputs, scratchBytes, expandedBytes)) return true;
  scratchBytes = 0;
  expandedBytes = 0;
  return false;
}

/** Returns the bytes of scratch memory of the open layer. */
export function sparseScratch(): u32 {
  return <u32>scratchBytes;
}

/** Returns the bytes of the bit table and the expanded weights of the open layer. */
export function sparseExpanded(): u32 {
  return <u32>expandedBytes;
}

/** Finds the memory of a run of the open layer, op `index`. The output goes to `target`. */
export function placeSparse(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  target: usize,
  index: u32,
): void {
  image = arena + offset(model, load<u16>(opRecord(model, index) + OP_INPUT));
  bitTable = expanded;
  weights = expanded + plan.BIT_TABLE_BYTES;
  const listBytes = <u32>plan.listBytes(seenRows, kernelWidth, inputWidth, inputChannels);
  const carryBytes = <u32>plan.carryBytes(seenRows, kernelWidth, inputChannels);
  ones = scratch;
  twos = ones + listBytes;
  columns = twos + listBytes;
  otherLists = 2 * listBytes + (inputWidth + 1) * plan.COLUMN_BYTES;
  lengths = ones + 2 * otherLists;
  carries = lengths + <u32>plan.lengthBytes(seenRows, inputWidth);
  nextCarries = carries + carryBytes;
  counter = nextCarries + carryBytes;
  spare = counter + plan.COUNTER_VECTORS * 16;
  sums = spare + plan.SPARE_BYTES;
  openOutputAt(model, arena, target, outputWidth, index);
}

/** Swaps the current lists and the previous ones. */
export function swapLists(): void {
  ones += otherLists;
  twos += otherLists;
  columns += otherLists;
  otherLists = 0 - otherLists;
}
