import { OP_OUTPUTS_PER_SUM, TYPE_BITS, TYPE_INT32, WORD_BITS } from '../layout';
import { filtersOf } from '../op';
import { parametersOf } from '../place';
import { offset, opRecord, pixelBytes, planes, type, width, wordsFor } from '../tensor';
import { addendOf, keepLargest, openFixedPoint, putFixedPoint } from './fixed-point';

// Turns an op's sums into its output: bits, fixed-point numbers or logits.

export let outputType: u32 = 0;
export let outputsPerSum: u32 = 0;
export let filters: u32 = 0;
/** [outputsPerSum][filters] int32 thresholds, or [filters] biases. */
export let parameters: usize = 0;
/** [outputsPerSum][words] bits that invert the comparison. */
export let invert: usize = 0;
export let invertStride: u32 = 0;
/** Bits from a sum's first output to its second one. */
export let secondOutput: u32 = 0;
export let output: usize = 0;
export let outputWidth: u32 = 0;
export let outputPixelBytes: u32 = 0;
/** Address of the open pixel. */
export let pixel: usize = 0;
/** Address of the numbers that are added at the open pixel. */
let addend: usize = 0;
/** Whether outputs are pooled with those that the open pixel has. */
let pools: bool = false;

/** Prepares the outputs of op `index`. */
export function openOutput(model: usize, arena: usize, index: u32): void {
  openOutputAt(model, arena, arena + offset(model, index + 1), width(model, index + 1), index);
}

/**
 * Prepares the outputs of op `index` at another place.
 *
 * @param to the address of the first pixel
 * @param columns pixels of a row
 */
export function openOutputAt(model: usize, arena: usize, to: usize, columns: u32, index: u32): void {
  const op = opRecord(model, index);
  const tensor = index + 1;
  outputType = type(model, tensor);
  outputsPerSum = load<u8>(op + OP_OUTPUTS_PER_SUM);
  filters = filtersOf(op);
  parameters = parametersOf(model, op);
  invert = parameters + ((outputsPerSum * filters) << 2);
  invertStride = wordsFor(filters) << 2;
  secondOutput = planes(model, tensor) == 2 ? wordsFor(filters) * WORD_BITS : filters;
  output = to;
  outputWidth = columns;
  outputPixelBytes = pixelBytes(model, tensor);
  if (outputType != TYPE_BITS && outputType != TYPE_INT32) openFixedPoint(model, arena, index);
}

/**
 * Opens output pixel (y, x).
 *
 * @param more whether it has outputs already, with which the next ones are pooled; else its bits are cleared
 */
export function openPixel(y: u32, x: u32, more: bool): void {
  pixel = output + (y * outputWidth + x) * outputPixelBytes;
  addend = addendOf(y * outputWidth + x);
  pools = more;
  if (outputType != TYPE_BITS) {
    keepLargest(more);
    return;
  }
  if (more) return;
  for (let at: u32 = 0; at < outputPixelBytes; at += 4) store<u32>(pixel + at, 0);
}

/** Writes the outputs of one filter's sum at the open pixel. */
export function putSum(filter: u32, sum: i32): void {
  if (outputType == TYPE_INT32) {
    store<i32>(pixel + (filter << 2), sum + load<i32>(parameters + (filter << 2)));
    return;
  }
  if (outputType != TYPE_BITS) {
    putFixedPoint(pixel, addend, filter, sum);
    return;
  }
  let threshold = parameters + (filter << 2);
  let inverted = invert + ((filter >>> 5) << 2);
  let bitIndex = filter;
  for (let k: u32 = 0; k < outputsPerSum; k++) {
    putBits(bitIndex, 1, u32(sum >= load<i32>(threshold)), load<u32>(inverted) >>> (filter & 31), 0);
    threshold += filters << 2;
    inverted += invertStride;
    bitIndex += secondOutput;
  }
}

/** Writes the outputs of `count` sums, at most 32, at the open pixel; `first` is a multiple of 32. */
export function putSums(first: u32, count: u32, sums: usize): void {
  if (outputType != TYPE_BITS) {
    for (let i: u32 = 0; i < count; i++) putSum(first + i, load<i32>(sums + (i << 2)));
    return;
  }
  // From the last filter to the first, whose bit is the lowest. Both thresholds at once; without a second
  // one, its bits are not used.
  let bits: u32 = 0;
  let secondBits: u32 = 0;
  let sum = sums + (count << 2);
  const threshold = parameters + (first << 2) - sums;
  const secondThreshold = outputsPerSum == 2 ? threshold + (filters << 2) : threshold;
  do {
    sum -= 4;
    const value = load<i32>(sum);
    bits = bits + (bits + u32(value >= load<i32>(sum + threshold)));
    secondBits = secondBits + (secondBits + u32(value >= load<i32>(sum + secondThreshold)));
  } while (sum > sums);
  // The masks of the pool are behind the directions of all outputs.
  const inverted = invert + (first >>> 3);
  const masks = inverted + outputsPerSum * invertStride;
  putBits(first, count, bits, load<u32>(inverted), pools ? load<u32>(masks) : 0);
  if (outputsPerSum == 2) {
    const mask = pools ? load<u32>(masks + invertStride) : 0;
    putBits(first + secondOutput, count, secondBits, load<u32>(inverted + invertStride), mask);
  }
}

/**
 * Adds `count` bits to those at bit `at` of the open pixel, inverted where `inverted` is set. Where `andMask` is set,
 * the bits of a pool are ANDed instead of ORed.
 */
function putBits(at: u32, count: u32, bits: u32, inverted: u32, andMask: u32): void {
  bits ^= inverted & (<u32>-1 >>> (32 - count));
  const word = pixel + ((at >>> 5) << 2);
  const shift = at & 31;
  const cleared = andMask & ~bits;
  bits &= ~andMask;
  store<u32>(word, (load<u32>(word) & ~(cleared << shift)) | (bits << shift));
  if (shift + count > 32) {
    const rest = 32 - shift;
    store<u32>(word, (load<u32>(word, 4) & ~(cleared >>> rest)) | (bits >>> rest), 4);
  }
}
