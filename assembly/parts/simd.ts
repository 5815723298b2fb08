import { halve } from '../kernels/simd/halve';
import { maxima } from '../kernels/simd/maxima';
import { expandPairs, openPairs, pairsConvolution, pairsPool } from '../kernels/simd/pairs';
import { expandPlanes } from '../kernels/simd/planes/expand';
import { planesConvolution } from '../kernels/simd/planes/index';
import { openPlanes } from '../kernels/simd/planes/layer';
import { computedBytes, poolOutput, targetOf } from '../kernels/simd/pool';
import { expandSparse } from '../kernels/simd/sparse/expand';
import { sparseConvolution } from '../kernels/simd/sparse/index';
import { openSparse, sparseExpanded } from '../kernels/simd/sparse/layer';
import { sumPoolEight } from '../kernels/simd/sum-pool';
import { tableConvolution } from '../kernels/simd/table/index';
import { openTable } from '../kernels/simd/table/layer';
import { expandTableAndSparse, prefersSparse, TABLE_HEADER_BYTES } from '../kernels/simd/table-or-sparse';
import { hasPool } from '../op';
import { offset, opRecord } from '../tensor';

// The parts that only the simd build has. Each step of the table kernel and each of its endings is a part
// too, so the linker can leave out those that a network does not need.

export { poolOutput } from '../kernels/simd/pool';
export { putFixedPointRun } from '../kernels/simd/put-fixed-point';
export { writeTileBits } from '../kernels/simd/table/bits';
export { writeTileNumbers } from '../kernels/simd/table/numbers';
export * from '../kernels/simd/table/steps';
export * from './scalar';

/** Pools the computed pixels if the op has a pool; only then `poolOutput` is a part that the network has. */
function finish(model: usize, arena: usize, scratch: usize, index: u32): void {
  if (hasPool(opRecord(model, index))) poolOutput(model, arena, scratch, index);
}

/** Returns the scratch memory behind the pixels that are computed before a pool. */
function behindComputed(model: usize, scratch: usize, index: u32): usize {
  return scratch + <usize>computedBytes(model, index);
}

export function pairs(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  choice: u32,
  index: u32,
): void {
  openPairs(model, index);
  if (choice != 0) {
    pairsPool(model, arena, scratch, expanded, index);
    return;
  }
  const target = targetOf(model, arena, scratch, index);
  pairsConvolution(model, arena, behindComputed(model, scratch, index), expanded, target, index);
  finish(model, arena, scratch, index);
}

export function preparePairs(model: usize, expanded: usize, _choice: u32, index: u32): void {
  openPairs(model, index);
  expandPairs(model, index, expanded);
}

export function planes(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  choice: u32,
  index: u32,
): void {
  openPlanes(model, index, choice != 0);
  if (choice != 0) {
    planesConvolution(model, arena, scratch, expanded, arena + offset(model, index + 1), index);
    return;
  }
  const target = targetOf(model, arena, scratch, index);
  planesConvolution(model, arena, behindComputed(model, scratch, index), expanded, target, index);
  finish(model, arena, scratch, index);
}

export function preparePlanes(model: usize, expanded: usize, choice: u32, index: u32): void {
  expandPlanes(model, index, expanded, choice != 0);
}

export function halving(
  model: usize,
  arena: usize,
  _scratch: usize,
  _expanded: usize,
  _choice: u32,
  index: u32,
): void {
  halve(model, arena, index);
}

export function greatest(
  model: usize,
  arena: usize,
  _scratch: usize,
  _expanded: usize,
  _choice: u32,
  index: u32,
): void {
  maxima(model, arena, index);
}

export function sums(
  model: usize,
  arena: usize,
  scratch: usize,
  _expanded: usize,
  _choice: u32,
  index: u32,
): void {
  sumPoolEight(model, arena, scratch, index);
}

export function sparse(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  _choice: u32,
  index: u32,
): void {
  openSparse(model, index);
  const target = targetOf(model, arena, scratch, index);
  sparseConvolution(model, arena, behindComputed(model, scratch, index), expanded, target, index);
  finish(model, arena, scratch, index);
}

export function prepareSparse(model: usize, expanded: usize, _choice: u32, index: u32): void {
  openSparse(model, index);
  expandSparse(model, index, expanded);
}

/** Runs the sparse kernel where few inputs are not 0. */
export function table(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  choice: u32,
  index: u32,
): void {
  const target = targetOf(model, arena, scratch, index);
  const own = behindComputed(model, scratch, index);
  if (prefersSparse(model, arena, expanded, index)) {
    sparseConvolution(model, arena, own, expanded + TABLE_HEADER_BYTES, target, index);
  } else {
    openTable(model, index, choice);
    tableConvolution(model, arena, own, expanded + TABLE_HEADER_BYTES + sparseExpanded(), target, index);
  }
  finish(model, arena, scratch, index);
}

export function prepareTable(model: usize, expanded: usize, choice: u32, index: u32): void {
  expandTableAndSparse(model, index, expanded, choice);
}
