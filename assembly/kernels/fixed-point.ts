import { OP_ADDEND, OP_OUTPUTS_PER_SUM, OP_SHIFT, TYPE_U8 } from '../layout';
import { filtersOf, maxSum } from '../op';
import { parametersOf } from '../place';
import { channels, offset, opRecord, type } from '../tensor';

// Turns sums into fixed-point numbers, activations or streams: clamp(((sum * multiplier + offset) >> shift) +
// addend)

let bytes: bool = false;
/** The range of the numbers. */
export let minNumber: i64 = 0;
export let maxNumber: i64 = 0;
export let shift: u32 = 0;
export let filters: u32 = 0;
/** Numbers of a pixel: one or two for each filter. */
export let numbers: u32 = 0;
/** [numbers] multipliers, then low and high words of offsets. */
export let parameters: usize = 0;
let addend: usize = 0;
/** Filters that have an addend. */
export let added: u32 = 0;
/** Bytes from a pixel's addends to those of the next pixel. */
export let addendPixelBytes: u32 = 0;
/**
 * The left shift of sums and offsets that makes the right shift 32 and never overflows; -1 if no shift does.
 */
export let shiftsTo32: i32 = -1;
/** Whether sums have 16 bits, and numbers too before an addend, so that 32 bits are enough in between. */
export let fits32: bool = false;

/** Whether a number is kept where it is larger than the new one. */
let keepsLargest: bool = false;

/** Sets whether numbers are kept where they are larger than new ones. */
export function keepLargest(keep: bool): void {
  keepsLargest = keep;
}

/** Prepares the outputs of op `index`, which are bytes or a stream. */
export function openFixedPoint(model: usize, arena: usize, index: u32): void {
  const op = opRecord(model, index);
  const outputsPerSum: u32 = load<u8>(op + OP_OUTPUTS_PER_SUM);
  const tensor: u32 = load<u16>(op + OP_ADDEND);
  bytes = type(model, index + 1) == TYPE_U8;
  minNumber = bytes ? 0 : -32768;
  maxNumber = bytes ? 255 : 32767;
  shift = load<u8>(op + OP_SHIFT);
  filters = filtersOf(op);
  numbers = filters * outputsPerSum;
  parameters = parametersOf(model, op);
  if (ASC_FEATURE_SIMD) findRoom(maxSum(model, index));
  added = 0;
  if (tensor == 0) return;
  addend = arena + offset(model, tensor);
  addendPixelBytes = channels(model, tensor) << 1;
  added = channels(model, tensor) / outputsPerSum;
}

/**
 * Finds `shiftsTo32` and `fits32` for a bound of the sums. The shifted product and its offset must stay below 2^62:
 * then their upper word is the number, below 2^30, and the addition of a 16-bit addend fits 32 bits.
 */
function findRoom(bound: u64): void {
  const up: u64 = shift < 32 ? 32 - shift : 0;
  let multiplier: u64 = 0;
  let high: u64 = 0;
  const highs = (numbers << 2) * 2;
  for (let at = parameters, end = at + (numbers << 2); at < end; at += 4) {
    multiplier = max(multiplier, <u64>abs<i64>(load<i32>(at)));
    high = max(high, <u64>abs<i64>(load<i32>(at + highs)));
  }
  // At most 2^30 * 2^31 + (2^29 + 1) * 2^32.
  const product = bound * multiplier + ((high + 1) << 32);
  shiftsTo32 = bound << up < 0x80000000 && product >> (62 - up) == 0 ? <i32>up : -1;
  fits32 = bound <= 0x8000 && shift > 16 && shift <= 32 && product >> (15 + shift) == 0;
}

/** Returns the address of the addends of an output pixel; pixels are numbered row by row. */
export function addendOf(pixel: u32): usize {
  return addend + pixel * addendPixelBytes;
}

/** Writes the numbers of one filter's sum to the pixel at `to`, whose addends are at `from`. */
export function putFixedPoint(to: usize, from: usize, filter: u32, sum: i32): void {
  const hasAddend = filter < added;
  from += filter << 1;
  for (let number = filter; number < numbers; number += filters, from += added << 1) {
    const multiplier = parameters + (number << 2);
    const low = multiplier + (numbers << 2);
    const high = low + (numbers << 2);
    const offset: i64 = ((<i64>load<i32>(high)) << 32) | load<u32>(low);
    let value = (<i64>sum * load<i32>(multiplier) + offset) >> shift;
    if (hasAddend) value += load<i16>(from);
    value = min(max(value, minNumber), maxNumber);
    if (bytes) {
      const at = to + number;
      if (keepsLargest) value = max(value, <i64>load<u8>(at));
      store<u8>(at, value);
    } else {
      const at = to + (number << 1);
      if (keepsLargest) value = max(value, <i64>load<i16>(at));
      store<i16>(at, value);
    }
  }
}
