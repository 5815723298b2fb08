import { BLOCK_FILTERS, OP_INPUT } from '../layout';
import { BLOCK_SUMS_BYTES, filtersOf, inputsOf } from '../op';
import { weightsOf } from '../place';
import { channels, height, offset, opRecord, planes, width, wordsFor } from '../tensor';
import { addTwice, COUNTER_BYTES, count, sumsOf } from './count';
import { openOutput, openPixel, putSums } from './epilogue';
import {
  fromX,
  fromY,
  kernelWidth,
  left,
  moveWindow,
  openWindow,
  poolHeight,
  poolWidth,
  top,
  toX,
  toY,
} from './window';

/** Inputs that are listed at once: their offsets have 16 bits. */
const MAX_LISTED: u32 = 1024;

let filters: u32 = 0;
let row: u32 = 0;
let weights: usize = 0;
/** Offsets of the inputs that are 1, and from its end down of those that are 2. */
let list: usize = 0;
let listEnd: usize = 0;
let carries: usize = 0;
let counters: usize = 0;
let sums: usize = 0;
/** Whether the sums of all filters have memory, not only those of one block. */
let keepsSums: bool = false;

/** Returns the bytes of scratch memory of op `index`, a binary convolution. */
export function binaryScratchBytes(model: usize, index: u32): u64 {
  const inputs = inputsOf(model, index);
  const listed = <u32>min<u64>(inputs, MAX_LISTED);
  return (
    listBytes(listed) +
    carryBytes(listed) +
    2 * COUNTER_BYTES +
    sumBytes(inputs, filtersOf(opRecord(model, index)))
  );
}

function listBytes(listed: u32): u32 {
  return ((listed + 1) & ~1) << 1;
}

function carryBytes(listed: u32): u32 {
  return ((listed >>> 3) + 1) << 2;
}

/** Returns the bytes of the sums: of one block of filters, or of all if the inputs are listed part by part. */
function sumBytes(inputs: u64, filters: u32): u32 {
  return inputs <= MAX_LISTED ? BLOCK_SUMS_BYTES : wordsFor(filters) * BLOCK_SUMS_BYTES;
}

/**
 * Binary convolution: activations {0,1}, or with two planes {0,1,2}, and weights -1 (bit 0) and +1 (bit 1), so that
 *
 *     sum = 2 x (sum of the activations whose weight is +1) - (sum of all activations)
 *
 * All filters share the second term. The inputs of a window that are not 0 become two lists of offsets, of the ones
 * and of the twos, and the words of weights at these offsets are counted for 32 filters at once.
 */
export function binaryConvolution(model: usize, arena: usize, scratch: usize, index: u32): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  const inputPlanes = planes(model, input);
  const inputChannels = channels(model, input);
  const inputHeight = height(model, input);
  const inputWidth = width(model, input);
  const image = arena + offset(model, input);
  const pixelBytes = (wordsFor(inputChannels) << 2) * inputPlanes;
  openWindow(op, inputHeight, inputWidth);
  openOutput(model, arena, index);

  const inputs = inputsOf(model, index);
  const listed = <u32>min<u64>(inputs, MAX_LISTED);
  filters = filtersOf(op);
  row = (<u32>inputs) << 2;
  weights = weightsOf(model, op);
  list = scratch;
  listEnd = list + listBytes(listed);
  carries = listEnd;
  counters = carries + carryBytes(listed);
  sums = counters + 2 * COUNTER_BYTES;
  keepsSums = inputs > MAX_LISTED;
  const outputHeight = height(model, index + 1);
  const outputWidth = width(model, index + 1);
  const places = poolHeight * poolWidth;
  for (let y: u32 = 0; y < outputHeight; y++) {
    for (let x: u32 = 0; x < outputWidth; x++) {
      for (let place: u32 = 0; place < places; place++) {
        moveWindow(y * poolHeight + place / poolWidth, x * poolWidth + (place % poolWidth));
        openPixel(y, x, place != 0);
        convolve(image, inputWidth * pixelBytes, pixelBytes, inputChannels, inputPlanes == 2);
      }
    }
  }
}

/** Computes the outputs of the window. */
function convolve(image: usize, rowBytes: u32, pixelBytes: u32, channels: u32, two: bool): void {
  let ones = list;
  let twos = listEnd;
  let start: u32 = 0;
  let keep = 0;
  const planeBytes = pixelBytes >>> 1;
  for (let ky = fromY; ky < toY; ky++) {
    for (let kx = fromX; kx < toX; kx++) {
      let from = image + (top + ky) * rowBytes + (left + kx) * pixelBytes;
      const tap = (ky * kernelWidth + kx) * channels;
      for (let input = tap; input < tap + channels; input += 32, from += 4) {
        if (input - start + min(32, tap + channels - input) > MAX_LISTED) {
          countBlocks(start, ones, twos, keep, false);
          ones = list;
          twos = listEnd;
          start = input;
          keep = -1;
        }
        const place = (input - start) << 2;
        let bits = load<u32>(from);
        if (two) {
          const more = load<u32>(from + planeBytes);
          for (let both = bits & more; both != 0; both &= both - 1) {
            twos -= 2;
            store<u16>(twos, place + (ctz(both) << 2));
          }
          bits ^= more;
        }
        for (; bits != 0; bits &= bits - 1, ones += 2) store<u16>(ones, place + (ctz(bits) << 2));
      }
    }
  }
  countBlocks(start, ones, twos, keep, true);
}

/**
 * Adds the listed inputs to the sums of all filters.
 *
 * @param start the input that the lists count from
 * @param ones the end of the first list
 * @param twos the start of the second list
 * @param last whether the sums are complete
 */
function countBlocks(start: u32, ones: usize, twos: usize, keep: i32, last: bool): void {
  const total = <i32>((ones - list) >>> 1) + <i32>(listEnd - twos);
  const second = counters + COUNTER_BYTES;
  let block = weights + (start << 2);
  for (let first: u32 = 0; first < filters; first += BLOCK_FILTERS, block += row) {
    let levels = count(list, ones, block, carries, counters);
    if (twos < listEnd)
      levels = addTwice(counters, levels, second, count(twos, listEnd, block, carries, second));
    const some = min(BLOCK_FILTERS, filters - first);
    const to = keepsSums ? sums + (first << 2) : sums;
    sumsOf(counters, levels, some, to, -total, keep);
    if (last) putSums(first, some, to);
  }
}
