import { OP_STRIDE_Y } from '../../../layout';
import { computedHeight, computedWidth, filtersOf } from '../../../op';
import * as plan from '../../../plans/vector-plan';
import { height, opRecord, pixelBytes, width } from '../../../tensor';
import { inputChannels, kernelHeight, kernelWidth, openPadded } from '../padded';

// The open layer, with its pool or without.

export let filters: u32 = 0;
/** Places of a pool's cell, down and across: 2 with the pool, 1 without it. */
export let places: u32 = 1;
/** Output rows and columns; with the pool, the pool's. */
export let outputHeight: u32 = 0;
export let outputWidth: u32 = 0;
/** Rows of the input from one output row to the next, and rows that one output row sees. */
export let rowStep: u32 = 0;
export let windowRows: u32 = 0;
/** Pairs of values in a window: each has two offsets and, for every filter, two weights. */
export let items: u32 = 0;
/** Planes of one place across, one for each pair of a window's row. */
export let rowPlanes: u32 = 0;
/** Residues of rows modulo `rowStep` that windows see: each has planes of its own. */
export let phases: u32 = 0;
export let planeBytes: u32 = 0;
/** Bytes of the padded input, at the start of the scratch memory. */
export let inputBytes: u32 = 0;
let scratchBytes: u32 = 0;

/**
 * Opens op `index`, an int8 convolution with thresholds.
 *
 * @param pool whether its pool is computed with it
 * @returns false if that needs too much memory; nothing is open then
 */
export function openPlanes(model: usize, index: u32, pool: bool): bool {
  const op = opRecord(model, index);
  const padded = openPadded(model, index);
  filters = filtersOf(op);
  places = pool ? 2 : 1;
  outputHeight = pool ? height(model, index + 1) : computedHeight(model, index);
  outputWidth = pool ? width(model, index + 1) : computedWidth(model, index);
  const strideY: u32 = load<u8>(op + OP_STRIDE_Y);
  rowStep = strideY * places;
  windowRows = kernelHeight + (places - 1) * strideY;
  const row = kernelWidth * inputChannels;
  rowPlanes = (row + 1) >>> 1;
  phases = min(rowStep, windowRows);
  const bytes = plan.planeBytes(outputHeight, outputWidth, windowRows, rowStep);
  const planes = rowPlanes * places * phases;
  const scratch = plan.planeScratchBytes(padded, bytes, planes, pixelBytes(model, index + 1));
  const count = plan.planeItems(kernelHeight, row);
  if (scratch + plan.planeExpandedBytes(count, filters) > plan.MAX_VECTOR_BYTES) return false;
  items = <u32>count;
  planeBytes = <u32>bytes;
  inputBytes = <u32>padded;
  scratchBytes = <u32>scratch;
  return true;
}

/** Returns the bytes of scratch memory of the open layer. */
export function planesScratch(): u32 {
  return scratchBytes;
}

/** Returns the bytes of the open layer's offsets and weights. */
export function planesExpanded(): u32 {
  return <u32>plan.planeExpandedBytes(items, filters);
}

/** Returns the bytes of a list of offsets. */
export function offsetBytes(): u32 {
  return (items * 8 + 15) & ~15;
}
