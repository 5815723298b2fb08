import {
  OP_OPCODE,
  OP_POOL_HEIGHT,
  OP_POOL_WIDTH,
  OPCODE_INT8_CONVOLUTION,
  OPCODE_MAX_POOL,
  OPCODE_SUM_POOL,
  SECTION_ALIGNMENT,
  TYPE_BITS,
  TYPE_INT32,
} from '../../layout';
import { computedHeight, computedWidth, hasPool } from '../../op';
import { MAX_VECTOR_BYTES, MIN_PLANE_PIXELS, RUN_BYTES } from '../../plans/vector-plan';
import { height, offset, opRecord, type, width } from '../../tensor';
import { scalarScratchBytes } from '../scratch';
import { halve, isHalving } from './halve';
import { maxima } from './maxima';
import {
  expandPairs,
  openPairs,
  pairsConvolution,
  pairsExpanded,
  pairsPool,
  pairsScratch,
  poolsFourNumbers,
} from './pairs';
import { expandPlanes } from './planes/expand';
import { planesConvolution, planesPart, planesParts, spreadPlanes } from './planes/index';
import { openPlanes, planesExpanded, planesScratch } from './planes/layer';
import { placePlanes } from './planes/memory';
import { computedBytes, poolOutput, poolsLargest, targetOf } from './pool';
import { expandSparse } from './sparse/expand';
import { sparseConvolution, sparsePart, sparseParts } from './sparse/index';
import { openSparse, placeSparse, sparseExpanded, sparseScratch } from './sparse/layer';
import { sumPoolEight } from './sum-pool';
import { tableConvolution, tablePart } from './table/index';
import { chooseTable, openTable, tableExpandedBytes, tableScratchBytes } from './table/layer';
import { placeTable } from './table/memory';
import { tableParts } from './table/parts';
import { spreadTable } from './table/spread';
import { expandTableAndSparse, prefersSparse, TABLE_HEADER_BYTES } from './table-or-sparse';

// Chooses the kernel of each op, by the same rule as kernelOf in sdk/engine/kernels.ts. The decisions of load
// are behind the scratch memory: an entry of two words for each op, the choice and the address of the op's
// expanded weights; then those weights.

/** The kernel of the mvp build. */
const SCALAR: u32 = 0;
const SPARSE: u32 = 1;
const PAIRS: u32 = 2;
const PLANES: u32 = 3;
const HALVE: u32 = 4;
const MAXIMA: u32 = 5;
const SUMS: u32 = 6;
/** PLANES with the op's pool. */
const PLANES_POOL: u32 = 7;
/** PAIRS with the op's pool. */
const PAIRS_POOL: u32 = 8;
// Larger numbers are those of the table kernel's plans.

let entries: usize = 0;
/** The kernel of the op that is open for threads. */
let divided: u32 = 0;
/** This thread's scratch memory for its kernel. */
let dividedScratch: usize = 0;

/** Chooses the kernel of an op and opens it, so that it can be asked for its memory. */
function choose(model: usize, index: u32): u32 {
  const op = opRecord(model, index);
  const opcode: u32 = load<u8>(op + OP_OPCODE);
  const givesBits = type(model, index + 1) == TYPE_BITS;
  if (opcode == OPCODE_SUM_POOL) return SUMS;
  if (opcode == OPCODE_MAX_POOL) return !givesBits ? MAXIMA : isHalving(model, index) ? HALVE : SCALAR;
  if (opcode == OPCODE_INT8_CONVOLUTION && givesBits) {
    const pixels = height(model, index + 1) * width(model, index + 1);
    const halves = load<u8>(op + OP_POOL_HEIGHT) == 2 && load<u8>(op + OP_POOL_WIDTH) == 2;
    if (halves && pixels >= <u32>MIN_PLANE_PIXELS && poolsLargest(model, index)) {
      if (openPlanes(model, index, true)) return PLANES_POOL;
    }
  }
  if (opcode == OPCODE_INT8_CONVOLUTION && poolsFourNumbers(model, index) && openPairs(model, index)) {
    return PAIRS_POOL;
  }
  if (computedBytes(model, index) > <u64>MAX_VECTOR_BYTES) return SCALAR;
  if (opcode == OPCODE_INT8_CONVOLUTION) {
    const pixels = <u64>computedHeight(model, index) * computedWidth(model, index);
    if (givesBits && pixels >= <u64>MIN_PLANE_PIXELS && openPlanes(model, index, false)) return PLANES;
    return openPairs(model, index) ? PAIRS : SCALAR;
  }
  const fits = openSparse(model, index);
  const choice = type(model, index + 1) == TYPE_INT32 ? 0 : chooseTable(model, index);
  if (choice == 0) return fits ? SPARSE : SCALAR;
  openTable(model, index, choice);
  return choice;
}

/** Returns the bytes of scratch memory that the ops need. */
export function simdScratchBytes(model: usize, count: u32): u64 {
  let needed: u64 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const choice = choose(model, index);
    if (choice == SCALAR) needed = max(needed, scalarScratchBytes(model, index));
    else needed = max(needed, computedFor(model, index, choice) + kernelScratchBytes(model, index, choice));
  }
  return needed;
}

/** Returns the bytes of scratch memory of the open kernel. */
function kernelScratchBytes(model: usize, index: u32, choice: u32): u32 {
  if (choice == SPARSE) return sparseScratch();
  if (choice == PAIRS || choice == PAIRS_POOL) return pairsScratch();
  if (choice == PLANES || choice == PLANES_POOL) return planesScratch();
  if (choice == SUMS) return RUN_BYTES;
  return choice > PAIRS_POOL ? max(sparseScratch(), tableScratchBytes()) : 0;
}

/** Returns the bytes of the computed pixels that the kernel leaves to `poolOutput`. */
function computedFor(model: usize, index: u32, choice: u32): u32 {
  const byKernel = choice == SCALAR || choice == PLANES_POOL || choice == PAIRS_POOL;
  return byKernel ? 0 : <u32>computedBytes(model, index);
}

/** Returns the bytes of the expanded weights of the open kernel, which may be more than a memory can have. */
function expandedBytes(model: usize, index: u32, choice: u32): u64 {
  if (choice == SPARSE) return sparseExpanded();
  if (choice == PAIRS || choice == PAIRS_POOL) return pairsExpanded();
  if (choice == PLANES || choice == PLANES_POOL) return planesExpanded();
  return choice > PAIRS_POOL ? TABLE_HEADER_BYTES + sparseExpanded() + tableExpandedBytes() : 0;
}

/** Returns the end of the expanded weights, if the entries start at `start`. */
export function simdEnd(model: usize, count: u32, start: usize): u64 {
  entries = start;
  let at: u64 = align(<u64>start + count * 8);
  for (let index: u32 = 0; index < count; index++) {
    at += expandedBytes(model, index, choose(model, index));
  }
  return at;
}

/** Fills the memory that `simdEnd` counted. */
export function simdExpand(model: usize, count: u32): void {
  let at = <usize>align(<u64>entries + count * 8);
  for (let index: u32 = 0; index < count; index++) {
    const choice = choose(model, index);
    const bytes = expandedBytes(model, index, choice);
    store<u32>(entries + (index << 3), choice);
    store<u32>(entries + (index << 3), at, 4);
    if (choice == SPARSE) expandSparse(model, index, at);
    else if (choice == PAIRS || choice == PAIRS_POOL) expandPairs(model, index, at);
    else if (choice == PLANES || choice == PLANES_POOL) expandPlanes(model, index, at, choice == PLANES_POOL);
    else if (choice > PAIRS_POOL) expandTableAndSparse(model, index, at, choice);
    at += <usize>bytes;
  }
}

/** Runs an op. @returns false if the scalar kernel has to run it */
export function simdRun(model: usize, arena: usize, scratch: usize, index: u32): bool {
  const choice = load<u32>(entries + (index << 3));
  const expanded: usize = load<u32>(entries + (index << 3), 4);
  if (choice == SCALAR) return false;
  if (choice == HALVE) halve(model, arena, index);
  else if (choice == MAXIMA) maxima(model, arena, index);
  else if (choice == SUMS) sumPoolEight(model, arena, scratch, index);
  else if (choice == PAIRS_POOL) {
    openPairs(model, index);
    pairsPool(model, arena, scratch, expanded, index);
  } else if (choice == PLANES_POOL) {
    openPlanes(model, index, true);
    planesConvolution(model, arena, scratch, expanded, arena + offset(model, index + 1), index);
  } else {
    const target = targetOf(model, arena, scratch, index);
    convolve(model, arena, scratch + computedFor(model, index, choice), expanded, choice, target, index);
    if (target == scratch) poolOutput(model, arena, scratch, index);
  }
  return true;
}

function convolve(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  choice: u32,
  target: usize,
  index: u32,
): void {
  if (choice == SPARSE) {
    openSparse(model, index);
    sparseConvolution(model, arena, scratch, expanded, target, index);
  } else if (choice == PAIRS) {
    openPairs(model, index);
    pairsConvolution(model, arena, scratch, expanded, target, index);
  } else if (choice == PLANES) {
    openPlanes(model, index, false);
    planesConvolution(model, arena, scratch, expanded, target, index);
  } else if (prefersSparse(model, arena, expanded, index)) {
    sparseConvolution(model, arena, scratch, expanded + TABLE_HEADER_BYTES, target, index);
  } else {
    openTable(model, index, choice);
    tableConvolution(model, arena, scratch, expanded + TABLE_HEADER_BYTES + sparseExpanded(), target, index);
  }
}

/** Returns the address of the entries, which other threads have to know. */
export function simdEntries(): usize {
  return entries;
}

export function setSimdEntries(start: usize): void {
  entries = start;
}

/**
 * Opens an op for a number of threads. Each thread calls this with scratch memory of its own.
 *
 * @param shared scratch memory of thread 0, where all threads write the pixels that `simdFinish` pools
 * @returns the number of parts; at most 1: the op is too small or cannot be divided, and nothing is open
 */
export function simdDivide(
  model: usize,
  arena: usize,
  scratch: usize,
  shared: usize,
  index: u32,
  threads: u32,
): u32 {
  divided = load<u32>(entries + (index << 3));
  const expanded: usize = load<u32>(entries + (index << 3), 4);
  if (divided == PAIRS_POOL || (divided != SPARSE && divided != PLANES && divided < PLANES_POOL)) return 0;
  const target =
    divided == PLANES_POOL ? arena + offset(model, index + 1) : targetOf(model, arena, shared, index);
  dividedScratch = scratch + computedFor(model, index, divided);
  if (divided == SPARSE) {
    openSparse(model, index);
    placeSparse(model, arena, dividedScratch, expanded, target, index);
    return sparseParts(threads);
  }
  if (divided == PLANES || divided == PLANES_POOL) {
    openPlanes(model, index, divided == PLANES_POOL);
    placePlanes(model, arena, dividedScratch, expanded, target, index);
    return planesParts(threads);
  }
  if (prefersSparse(model, arena, expanded, index)) {
    divided = SPARSE;
    placeSparse(model, arena, dividedScratch, expanded + TABLE_HEADER_BYTES, target, index);
    return sparseParts(threads);
  }
  openTable(model, index, divided);
  placeTable(model, arena, dividedScratch, expanded + TABLE_HEADER_BYTES + sparseExpanded(), target, index);
  return tableParts(threads);
}

/** Copies the activations of the open op, which its parts read. */
export function simdSpread(model: usize, arena: usize, index: u32): void {
  if (divided == PLANES || divided == PLANES_POOL) spreadPlanes(model, arena, dividedScratch, index);
  else if (divided > PAIRS_POOL) spreadTable();
}

/** Computes one part of the open op. */
export function simdPart(part: u32): void {
  if (divided == SPARSE) sparsePart(part);
  else if (divided == PLANES || divided == PLANES_POOL) planesPart(part);
  else tablePart(part);
}

/** Pools what the parts of the open op computed; thread 0 calls it when all are finished. */
export function simdFinish(model: usize, arena: usize, shared: usize, index: u32): void {
  if (divided != PLANES_POOL && hasPool(opRecord(model, index))) poolOutput(model, arena, shared, index);
}

function align(address: u64): u64 {
  return (address + SECTION_ALIGNMENT - 1) & ~(<u64>SECTION_ALIGNMENT - 1);
}
