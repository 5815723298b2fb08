import {
  HEADER_OP_COUNT,
  OP_INPUT,
  OP_OPCODE,
  OP_OUTPUTS_PER_SUM,
  OP_PARAMETERS,
  OPCODE_MAX_POOL,
} from '../../layout';
import { filtersOf } from '../../op';
import { opRecord, planes, wordsFor } from '../../tensor';
import { isHalving } from './halve';

// Decides whether a layer with thresholds runs together with the pool after it. The pool has to halve, to be
// the only reader of the layer, and to have the layer's `invert` as its andMask. Then a bit of the pool is
// the threshold of the largest of four sums, as exported by a trainer that pools before it binarizes.

export function takesPool(model: usize, index: u32): bool {
  const count: u32 = load<u16>(model + HEADER_OP_COUNT);
  const pool = index + 1;
  if (pool >= count) return false;
  const record = opRecord(model, pool);
  if (load<u8>(record + OP_OPCODE) != OPCODE_MAX_POOL || load<u16>(record + OP_INPUT) != pool) return false;
  return isHalving(model, pool) && !isReadAfter(model, pool, count) && poolsLargest(model, index);
}

/** Checks whether an op behind op `last` reads the same tensor. */
function isReadAfter(model: usize, last: u32, count: u32): bool {
  for (let index = last + 1; index < count; index++) {
    if (load<u16>(opRecord(model, index) + OP_INPUT) == last) return true;
  }
  return false;
}

/** Checks whether the pool's andMask is the layer's `invert`, bit by bit. */
function poolsLargest(model: usize, index: u32): bool {
  const op = opRecord(model, index);
  const filters = filtersOf(op);
  const outputsPerSum: u32 = load<u8>(op + OP_OUTPUTS_PER_SUM);
  const words = wordsFor(filters);
  const andMask = model + load<u32>(opRecord(model, index + 1) + OP_PARAMETERS);
  let invert = model + load<u32>(op + OP_PARAMETERS) + ((outputsPerSum * filters) << 2);
  const secondOutput = planes(model, index + 1) == 2 ? words << 5 : filters;
  for (let k: u32 = 0; k < outputsPerSum; k++, invert += words << 2) {
    for (let filter: u32 = 0; filter < filters; filter++) {
      if (bit(invert, filter) != bit(andMask, filter + k * secondOutput)) return false;
    }
  }
  return true;
}

function bit(words: usize, place: u32): u32 {
  return (<u32>load<u8>(words + (place >>> 3)) >>> (place & 7)) & 1;
}
