import { OP_OUTPUTS_PER_SUM, TYPE_BITS, TYPE_INT32, WORD_BITS } from '../layout';
import { filtersOf } from '../op';
import { parametersOf } from '../place';
import { offset, opRecord, pixelBytes, planes, type, width, wordsFor } from '../tensor';
import { addendOf, openFixedPoint, putFixedPoint } from './fixed-point';

// What becomes of an op's sums, one at a time: bits, fixed-point numbers or logits. Sums never go through memory.

export let outputType: u32 = 0;
export let outputsPerSum: u32 = 0;
export let filters: u32 = 0;
/** [outputsPerSum][filters] int32 thresholds, or [filters] biases. */
export let parameters: usize = 0;
/** [outputsPerSum][words] bits, set where the comparison is turned round. */
export let invert: usize = 0;
export let invertStride: u32 = 0;
/** Bits between the outputs of the first and of the second cut. */
export let secondOutput: u32 = 0;
export let output: usize = 0;
export let outputWidth: u32 = 0;
export let outputPixelBytes: u32 = 0;
/** Where the open pixel is. */
export let pixel: usize = 0;
/** What is added at the open pixel. */
let addend: usize = 0;

/** Prepares for the sums of op `index`. */
export function openOutput(model: usize, arena: usize, index: u32): void {
  const op = opRecord(model, index);
  const tensor = index + 1;
  outputType = type(model, tensor);
  outputsPerSum = load<u8>(op + OP_OUTPUTS_PER_SUM);
  filters = filtersOf(op);
  parameters = parametersOf(model, op);
  invert = parameters + ((outputsPerSum * filters) << 2);
  invertStride = wordsFor(filters) << 2;
  secondOutput = planes(model, tensor) == 2 ? wordsFor(filters) * WORD_BITS : filters;
  output = arena + offset(model, tensor);
  outputWidth = width(model, tensor);
  outputPixelBytes = pixelBytes(model, tensor);
  if (outputType != TYPE_BITS && outputType != TYPE_INT32) openFixedPoint(model, arena, index);
}

/** Goes to pixel (y, x); its bits start at 0. */
export function openPixel(y: u32, x: u32): void {
  pixel = output + (y * outputWidth + x) * outputPixelBytes;
  addend = addendOf(y * outputWidth + x);
  if (outputType != TYPE_BITS) return;
  for (let at: u32 = 0; at < outputPixelBytes; at += 4) store<u32>(pixel + at, 0);
}

/** Takes the sum of one filter at the open pixel. */
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
  let direction = invert + ((filter >>> 5) << 2);
  let bitIndex = filter;
  for (let cut: u32 = 0; cut < outputsPerSum; cut++) {
    putBits(bitIndex, 1, u32(sum >= load<i32>(threshold)), load<u32>(direction) >>> (filter & 31));
    threshold += filters << 2;
    direction += invertStride;
    bitIndex += secondOutput;
  }
}

/** Takes the sums of `count` filters from `first` on, a multiple of 32, at the open pixel; at most 32. */
export function putSums(first: u32, count: u32, sums: usize): void {
  if (outputType != TYPE_BITS) {
    for (let i: u32 = 0; i < count; i++) putSum(first + i, load<i32>(sums + (i << 2)));
    return;
  }
  // From the last filter to the first, whose bit is lowest. Both outputsPerSum at once; what there is not of a second is ignored.
  let bits: u32 = 0;
  let secondBits: u32 = 0;
  let sum = sums + (count << 2);
  const least = parameters + (first << 2) - sums;
  const secondLeast = outputsPerSum == 2 ? least + (filters << 2) : least;
  do {
    sum -= 4;
    const value = load<i32>(sum);
    bits = bits + (bits + u32(value >= load<i32>(sum + least)));
    secondBits = secondBits + (secondBits + u32(value >= load<i32>(sum + secondLeast)));
  } while (sum > sums);
  const turned = invert + (first >>> 3);
  putBits(first, count, bits, load<u32>(turned));
  if (outputsPerSum == 2) putBits(first + secondOutput, count, secondBits, load<u32>(turned + invertStride));
}

/** Writes `count` bits, those turned round that are set in `turned`, from bit `at` of the open pixel on. */
function putBits(at: u32, count: u32, bits: u32, turned: u32): void {
  bits ^= turned & (<u32>-1 >>> (32 - count));
  const word = pixel + ((at >>> 5) << 2);
  const shift = at & 31;
  store<u32>(word, load<u32>(word) | (bits << shift));
  if (shift + count > 32) store<u32>(word, load<u32>(word, 4) | (bits >>> (32 - shift)), 4);
}
