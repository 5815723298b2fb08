import {
  OP_OPCODE,
  OPCODE_INT8_CONVOLUTION,
  OPCODE_MAX_POOL,
  OPCODE_SUM_POOL,
  SECTION_ALIGNMENT,
  TYPE_BITS,
  TYPE_INT32,
} from '../../layout';
import { scalarScratchBytes } from '../../op';
import { MIN_PLANE_PIXELS, RUN_BYTES } from '../../plans/vector-plan';
import { height, opRecord, type, width } from '../../tensor';
import { halve, isHalving } from './halve';
import { maxima } from './maxima';
import { expandPairs, openPairs, pairsConvolution, pairsExpanded, pairsScratch } from './pairs';
import { expandPlanes } from './planes/expand';
import { planesConvolution, planesPart, planesParts, spreadPlanes } from './planes/index';
import { openPlanes, planesExpanded, planesScratch } from './planes/layer';
import { placePlanes } from './planes/memory';
import { openPopcount, popcountConvolution, popcountPart, popcountParts, popcountScratch } from './popcount';
import { sumPoolEight } from './sum-pool';
import { expandTable } from './table/expand';
import { tableConvolution, tablePart } from './table/index';
import { chooseTable, openTable, tableExpandedBytes, tableScratchBytes } from './table/layer';
import { placeTable } from './table/memory';
import { tableParts } from './table/parts';
import { spreadTable } from './table/spread';
import { takesPool } from './takes-pool';

// Chooses the kernel of each op, by the same rule as kernelOf in sdk/engine/kernels.ts. The decisions of load
// are behind the scratch memory: an entry of two words for each op, the choice and the address of the op's
// expanded weights; then those weights.

/** The kernel of the mvp build. */
const SCALAR: u32 = 0;
const POPCOUNT: u32 = 1;
const PAIRS: u32 = 2;
const PLANES: u32 = 3;
const HALVE: u32 = 4;
const MAXIMA: u32 = 5;
const SUMS: u32 = 6;
/** PLANES, and in a run of the whole network together with the pool after it. */
const PLANES_POOL: u32 = 7;
// Larger numbers are those of the table kernel's plans.

let entries: usize = 0;
/** The kernel of the op that is open for threads. */
let divided: u32 = 0;

/** Chooses the kernel of an op and opens it, so that it can be asked for its memory. */
function choose(model: usize, index: u32): u32 {
  const op = opRecord(model, index);
  const opcode: u32 = load<u8>(op + OP_OPCODE);
  const givesBits = type(model, index + 1) == TYPE_BITS;
  if (opcode == OPCODE_SUM_POOL) return SUMS;
  if (opcode == OPCODE_MAX_POOL) return !givesBits ? MAXIMA : isHalving(model, index) ? HALVE : SCALAR;
  if (opcode == OPCODE_INT8_CONVOLUTION) {
    const pixels = height(model, index + 1) * width(model, index + 1);
    if (givesBits && pixels >= <u32>MIN_PLANE_PIXELS && openPlanes(model, index, false)) {
      if (!takesPool(model, index)) return PLANES;
      if (openPlanes(model, index, true)) return PLANES_POOL;
      openPlanes(model, index, false);
      return PLANES;
    }
    return openPairs(model, index) ? PAIRS : SCALAR;
  }
  const choice = type(model, index + 1) == TYPE_INT32 ? 0 : chooseTable(model, index);
  if (choice == 0) return POPCOUNT;
  openTable(model, index, choice);
  return choice;
}

/** Returns the bytes of scratch memory that the ops need. */
export function simdScratchBytes(model: usize, count: u32): u64 {
  let needed: u64 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const choice = choose(model, index);
    if (choice == SCALAR) needed = max(needed, scalarScratchBytes(model, index));
    else if (choice == POPCOUNT) needed = max(needed, popcountScratch(model, index));
    else if (choice == PAIRS) needed = max(needed, pairsScratch());
    else if (choice == PLANES) needed = max(needed, planesScratch());
    else if (choice == SUMS) needed = max<u64>(needed, RUN_BYTES);
    else if (choice == PLANES_POOL) {
      needed = max(needed, planesScratch());
      openPlanes(model, index, false);
      needed = max(needed, planesScratch());
    } else if (choice > PLANES_POOL) needed = max(needed, tableScratchBytes());
  }
  return needed;
}

/** Returns the end of the expanded weights, if the entries start at `start`. */
export function simdEnd(model: usize, count: u32, start: usize): u64 {
  entries = start;
  let at: u64 = align(<u64>start + count * 8);
  for (let index: u32 = 0; index < count; index++) {
    const choice = choose(model, index);
    if (choice == PAIRS) at += pairsExpanded();
    else if (choice == PLANES || choice == PLANES_POOL) at += planesExpanded();
    else if (choice > PLANES_POOL) at += tableExpandedBytes();
  }
  return at;
}

/** Fills the memory that `simdEnd` counted. */
export function simdExpand(model: usize, count: u32): void {
  let at = <usize>align(<u64>entries + count * 8);
  for (let index: u32 = 0; index < count; index++) {
    const choice = choose(model, index);
    store<u32>(entries + (index << 3), choice);
    store<u32>(entries + (index << 3), at, 4);
    if (choice == PAIRS) {
      expandPairs(model, index, at);
      at += pairsExpanded();
    } else if (choice == PLANES || choice == PLANES_POOL) {
      expandPlanes(model, index, at, choice == PLANES_POOL);
      at += planesExpanded();
    } else if (choice > PLANES_POOL) {
      expandTable(model, index, at);
      at += tableExpandedBytes();
    }
  }
}

/** Runs an op. @returns false if the scalar kernel has to run it */
export function simdRun(model: usize, arena: usize, scratch: usize, index: u32): bool {
  const choice = load<u32>(entries + (index << 3));
  const expanded: usize = load<u32>(entries + (index << 3), 4);
  if (choice == SCALAR) return false;
  if (choice == POPCOUNT) popcountConvolution(model, arena, scratch, index);
  else if (choice == PAIRS) {
    openPairs(model, index);
    pairsConvolution(model, arena, scratch, expanded, index);
  } else if (choice == PLANES || choice == PLANES_POOL) {
    openPlanes(model, index, false);
    planesConvolution(model, arena, scratch, expanded, index);
  } else if (choice == HALVE) halve(model, arena, index);
  else if (choice == MAXIMA) maxima(model, arena, index);
  else if (choice == SUMS) sumPoolEight(model, arena, scratch, index);
  else {
    openTable(model, index, choice);
    tableConvolution(model, arena, scratch, expanded, index);
  }
  return true;
}

/** Returns whether op `index` and the pool after it run together in a run of the whole network. */
export function simdTakesPool(index: u32): bool {
  return load<u32>(entries + (index << 3)) == PLANES_POOL;
}

/** Runs such an op and the pool after it. */
export function simdRunWithPool(model: usize, arena: usize, scratch: usize, index: u32): void {
  openPlanes(model, index, true);
  planesConvolution(model, arena, scratch, load<u32>(entries + (index << 3), 4), index);
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
 * @returns the number of parts; at most 1: the op is too small or cannot be divided, and nothing is open
 */
export function simdDivide(model: usize, arena: usize, scratch: usize, index: u32, threads: u32): u32 {
  divided = load<u32>(entries + (index << 3));
  const expanded: usize = load<u32>(entries + (index << 3), 4);
  if (divided == POPCOUNT) {
    openPopcount(model, arena, scratch, index);
    return popcountParts(threads);
  }
  if (divided == PLANES || divided == PLANES_POOL) {
    divided = PLANES;
    openPlanes(model, index, false);
    placePlanes(model, arena, scratch, expanded, index);
    return planesParts(threads);
  }
  if (divided < PLANES_POOL) return 0;
  openTable(model, index, divided);
  placeTable(model, arena, scratch, expanded, index);
  return tableParts(threads);
}

/** Copies the activations of the open op, which its parts read. */
export function simdSpread(model: usize, arena: usize, scratch: usize, index: u32): void {
  if (divided == PLANES) spreadPlanes(model, arena, scratch, index);
  else if (divided > PLANES_POOL) spreadTable();
}

/** Computes one part of the open op. */
export function simdPart(part: u32): void {
  if (divided == POPCOUNT) popcountPart(part);
  else if (divided == PLANES) planesPart(part);
  else tablePart(part);
}

function align(address: u64): u64 {
  return (address + SECTION_ALIGNMENT - 1) & ~(<u64>SECTION_ALIGNMENT - 1);
}
