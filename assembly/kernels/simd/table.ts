import * as plan from '../../../sdk/engine/table-plan';
import {
  OP_CUTS,
  OP_INPUT,
  OP_PADDING_LEFT,
  OP_PADDING_TOP,
  OP_PARAMETERS,
  OP_WEIGHTS,
  WORD_BITS,
} from '../../../sdk/format/layout';
import { filtersOf } from '../../op';
import { channels, height, offset, opRecord, pixelBytes, planes, width, wordsFor } from '../../tensor';
import { first, last, middle } from './table-steps';

// 3x3 binary convolution, stride 1, by tables over the activations ("Four Russians"):
//
//     sum = popcount(w) - x,   x = the bits in which activations and weights differ, over taps and channels
//
// Channels go in groups of 4 to 7. For one group and one tile of pixels, the table holds for each pattern p that a
// filter's weights can have in one tap the differing bits of every pixel, popcount(a ^ p); a filter then reads nine
// entries, each shifted by its tap, and adds them up: a load and an add for 32 pixels and 9 x 7 products each.
//
// A byte has two pixels, one a nibble: pixels q and q + 16 x vectors of the tile, counted row by row with a step of
// `stride`. A padded pixel is 0, differs in popcount(w) bits, and so adds nothing to the sum.

/** 16 bytes of ones, then 16 of zeros: read from its midst, a mask for less than a vector. */
const lanes = memory.data<u64>([-1, -1, 0, 0]);
/** What bits 3 to 6 of a pattern add. */
const differences = memory.data(64);

let input: u32 = 0;
let inputHeight: u32 = 0;
let inputWidth: u32 = 0;
let outputHeight: u32 = 0;
let outputWidth: u32 = 0;
let inputChannels: u32 = 0;
let inputPlanes: u32 = 0;
let filters: u32 = 0;
let cuts: u32 = 0;
let outputBytes: u32 = 0;
let paddingTop: u32 = 0;
let paddingLeft: u32 = 0;

// The plan's results, as the integers that they are.
let vectors: u32 = 0;
let groups: u32 = 0;
let groupBits: u32 = 0;
let stride: u32 = 0;
let entryBytes: u32 = 0;
let planeBytes: u32 = 0;
let planeStride: u32 = 0;
let tileWidth: u32 = 0;
let tileHeight: u32 = 0;

function open(model: usize, index: u32): void {
  const op = opRecord(model, index);
  input = load<u16>(op + OP_INPUT);
  inputHeight = height(model, input);
  inputWidth = width(model, input);
  outputHeight = height(model, index + 1);
  outputWidth = width(model, index + 1);
  inputChannels = channels(model, input);
  inputPlanes = planes(model, input);
  filters = filtersOf(op);
  cuts = load<u8>(op + OP_CUTS);
  outputBytes = pixelBytes(model, index + 1);
  paddingTop = load<u8>(op + OP_PADDING_TOP);
  paddingLeft = load<u8>(op + OP_PADDING_LEFT);
}

/** The plan's choice for op `index`, a 3x3 binary convolution of stride 1 with thresholds; 0 for another kernel. */
export function chooseTable(model: usize, index: u32): u32 {
  open(model, index);
  return <u32>(
    plan.chooseTable(
      outputHeight,
      outputWidth,
      inputWidth,
      paddingLeft,
      inputChannels,
      inputPlanes,
      filters,
      cuts,
      outputBytes,
    )
  );
}

/** Makes the plan of op `index` the current one. */
export function openTable(model: usize, index: u32, chosen: u32): void {
  open(model, index);
  plan.layOutTable(
    chosen,
    outputHeight,
    outputWidth,
    inputWidth,
    paddingLeft,
    inputChannels,
    inputPlanes,
    filters,
    cuts,
    outputBytes,
  );
  vectors = <u32>plan.vectors;
  groups = <u32>plan.groups;
  groupBits = <u32>plan.groupBits;
  stride = <u32>plan.stride;
  entryBytes = <u32>plan.entryBytes;
  planeBytes = <u32>plan.planeBytes;
  planeStride = <u32>plan.planeStride;
  tileWidth = <u32>plan.tileWidth;
  tileHeight = <u32>plan.tileHeight;
}

export function tableScratchBytes(): u32 {
  return <u32>plan.scratchBytes;
}

export function tableExpandedBytes(): u32 {
  return <u32>plan.expandedBytes;
}

/**
 * Writes what the kernel reads in place of the file's weights: [group][filter][tap] offsets into the table, u16, then
 * [cut][filter] limits, i16: `sum >= threshold` is `x < limit`.
 */
export function expandTable(model: usize, index: u32, to: usize): void {
  const op = opRecord(model, index);
  const tapBytes = wordsFor(inputChannels) << 2;
  const weights = model + load<u32>(op + OP_WEIGHTS);
  for (let group: u32 = 0; group < groups; group++) {
    let row = weights;
    for (let filter: u32 = 0; filter < filters; filter++) {
      for (let tap: u32 = 0; tap < 9; tap++, row += tapBytes, to += 2) {
        const seenFrom = (tap / 3) * stride + (tap % 3);
        store<u16>(to, groupOf(row, group) * entryBytes + seenFrom);
      }
    }
  }
  const thresholds = model + load<u32>(op + OP_PARAMETERS);
  const most: i64 = 9 * inputChannels * inputPlanes;
  for (let filter: u32 = 0; filter < filters; filter++) {
    const row = weights + filter * 9 * tapBytes;
    let ones: i64 = 0;
    for (let at: u32 = 0; at < 9 * tapBytes; at += 4) ones += popcnt<u32>(load<u32>(row + at));
    for (let cut: u32 = 0; cut < cuts; cut++) {
      const at = cut * filters + filter;
      const limit = ones * inputPlanes - load<i32>(thresholds + (at << 2)) + 1;
      store<i16>(to + (at << 1), <i16>min(max(limit, 0), most + 1));
    }
  }
}

/** One group's channels of a pixel's words. */
function groupOf(words: usize, group: u32): u32 {
  const bit = group * groupBits;
  const left = min(groupBits, inputChannels - bit);
  return (<u32>load<u16>(words + (bit >>> 3)) >>> (bit & 7)) & (((<u32>1) << left) - 1);
}

export function tableConvolution(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  index: u32,
): void {
  const allGroups = inputPlanes * groups;
  const activations = scratch;
  const tile = activations + allGroups * planeBytes;
  const table = tile + <u32>plan.tileBytes;
  const sums = table + <u32>plan.entries() * entryBytes;
  const wide = sums + filters * vectors * 32;
  const bits = wide + filters * vectors * 64;
  // Behind the bits, 64 bytes of words in `write`, and the rows of bytes in `spread`.
  const rows = bits + outputBytes * 32 * vectors + 64;

  spread(arena + offset(model, input), activations, rows, allGroups);
  clear(tile, <u32>plan.tileBytes);

  const groupBytes = filters * 18;
  const restBits = inputChannels - (groups - 1) * groupBits;
  const pairs = groupBits > 5;
  // Groups whose differing bits fit a byte together.
  const most = 255 / (9 * groupBits);
  const chunks = (allGroups + most - 1) / most;
  const flips = model + load<u32>(opRecord(model, index) + OP_PARAMETERS) + ((cuts * filters) << 2);
  const output = arena + offset(model, index + 1);

  for (let y: u32 = 0; y < outputHeight; y += tileHeight) {
    for (let x: u32 = 0; x < outputWidth; x += tileWidth) {
      clear(wide, filters * vectors * 64);
      for (let chunk: u32 = 0; chunk < chunks; chunk++) {
        const from = (chunk * allGroups) / chunks;
        const to = ((chunk + 1) * allGroups) / chunks;
        if (to - from == 1) clear(sums, filters * vectors * 32);
        for (let group = from; group < to; group++) {
          cutOut(activations + group * planeBytes + y * planeStride + x, tile);
          const inPlane = group >= groups ? group - groups : group;
          buildTable(tile, table, inPlane == groups - 1 ? restBits : groupBits);
          const weights = expanded + inPlane * groupBytes;
          if (group == to - 1) last(pairs, vectors, weights, table, sums, wide, filters);
          else if (group == from) first(pairs, vectors, weights, table, sums, filters);
          else middle(pairs, vectors, weights, table, sums, filters);
        }
      }
      compare(model, index, wide, expanded + groups * groupBytes, flips, bits);
      write(bits, output, y, x);
    }
  }
}

function clear(at: usize, bytes: u32): void {
  for (const end = at + bytes; at < end; at += 16) v128.store(at, i64x2.splat(0));
}

/**
 * From bits, channels last, to planes of groups: a byte a pixel, with a border of zeros. 16 pixels at a time: their
 * words become planes of bytes in `rows`, and a group lies in one byte or in two neighbours.
 */
function spread(from: usize, to: usize, rows: usize, allGroups: u32): void {
  clear(to, allGroups * planeBytes);
  const words = wordsFor(inputChannels) << 2;
  const pixelStep = words * inputPlanes;
  const lines = min(inputHeight, outputHeight + 2 - paddingTop);
  const columns = min(inputWidth, outputWidth + 2 - paddingLeft);
  const full = i8x16.splat(<i8>(((<u32>1) << groupBits) - 1));
  for (let y: u32 = 0; y < lines; y++) {
    const line = from + y * inputWidth * pixelStep;
    for (let x: u32 = 0; x < columns; x += 16) {
      // Beyond the last column lies the border: zeros.
      const inside = v128.load(lanes + 16 - min(16, columns - x));
      const first = line + x * pixelStep;
      let at = to + (y + paddingTop) * planeStride + x + paddingLeft;
      for (let plane: u32 = 0; plane < inputPlanes; plane++) {
        for (let word: u32 = 0; word < words; word += 4) {
          transpose(first + plane * words + word, pixelStep, rows + (word << 4));
        }
        // The last group may want a byte beyond the words.
        v128.store(rows + (words << 4), i64x2.splat(0));
        for (let group: u32 = 0, bit: u32 = 0; group < groups; group++, bit += groupBits, at += planeBytes) {
          const row = rows + ((bit >>> 3) << 4);
          const shift = bit & 7;
          // Shifts of 16-bit lanes: what they carry across bytes is outside of the mask, or masked first.
          const low = i16x8.shr_u(v128.and(v128.load(row), i8x16.splat(<i8>((<u32>0xff) << shift))), shift);
          const high = i16x8.shl(
            v128.and(v128.load(row, 16), i8x16.splat(<i8>(((<u32>1) << shift) - 1))),
            8 - shift,
          );
          v128.store(at, v128.and(v128.and(v128.or(low, high), full), inside));
        }
      }
    }
  }
}

/** 16 words, `step` bytes apart, to four rows of their bytes. May read words of pixels beyond the last one. */
function transpose(from: usize, step: u32, to: usize): void {
  const a = fourWords(from, step);
  const b = fourWords(from + 4 * step, step);
  const c = fourWords(from + 8 * step, step);
  const d = fourWords(from + 12 * step, step);
  // Bytes 0 of four words, bytes 1, bytes 2, bytes 3.
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const ab2 = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const cd2 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(ab, cd, 0, 2));
  v128.store(to, i64x2.shuffle(ab, cd, 1, 3), 16);
  v128.store(to, i64x2.shuffle(ab2, cd2, 0, 2), 32);
  v128.store(to, i64x2.shuffle(ab2, cd2, 1, 3), 48);
}

/** Four words, `step` bytes apart, byte by byte: [4 bytes 0][4 bytes 1][4 bytes 2][4 bytes 3]. */
function fourWords(from: usize, step: u32): v128 {
  let words = v128.load32_zero(from);
  words = v128.load_lane<u32>(from + step, words, 1);
  words = v128.load_lane<u32>(from + 2 * step, words, 2);
  words = v128.load_lane<u32>(from + 3 * step, words, 3);
  return i8x16.shuffle(words, words, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
}

/** Copies a tile's pixels out of a group's plane, rows `stride` apart. */
function cutOut(from: usize, to: usize): void {
  // What is copied beside the tile must not have more bits than a group, or a nibble would run over.
  const mask = i8x16.splat(<i8>(((<u32>1) << groupBits) - 1));
  if (planeStride == stride) {
    const bytes: u32 = 32 * vectors + 2 * stride + 2;
    for (let at: u32 = 0; at < bytes; at += 16) v128.store(to + at, v128.and(v128.load(from + at), mask));
    return;
  }
  for (let row: u32 = 0; row < tileHeight + 2; row++, from += planeStride, to += stride) {
    v128.store(to, v128.and(v128.load(from), mask));
    for (let at: u32 = 16; at < stride; at += 16) v128.store(to + at, v128.and(v128.load(from + at), mask));
  }
}

/**
 * table[p][q] = popcount(a[q] ^ p) + 16 popcount(a[q + 16 vectors] ^ p), for the patterns of `bits` bits (8 patterns,
 * where there are fewer).
 */
function buildTable(tile: usize, table: usize, bits: u32): void {
  const upper: u32 = bits > 3 ? (<u32>1) << (bits - 3) : 1;
  const second = tile + 16 * vectors;
  const step2 = 2 * entryBytes;
  const step3 = 3 * entryBytes;
  const step4 = 4 * entryBytes;
  for (let at: u32 = 0; at < entryBytes; at += 16) {
    const a = v128.load(tile + at);
    const b = v128.load(second + at);
    // One more bit in a pattern is one differing bit more where the pixel's bit is 0, and one less where it is 1.
    const d1 = difference(a, b, 1);
    const d2 = difference(a, b, 2);
    const d4 = difference(a, b, 4);
    const d3 = i8x16.add(d1, d2);
    const d5 = i8x16.add(d1, d4);
    const d6 = i8x16.add(d2, d4);
    const d7 = i8x16.add(d3, d4);
    for (let bit: u32 = 3; bit < bits; bit++) {
      v128.store(differences + ((bit - 3) << 4), difference(a, b, <i8>((<u32>1) << bit)));
    }
    let value = i8x16.add(i8x16.popcnt(a), i16x8.shl(i8x16.popcnt(b), 4));
    let entry = table + at;
    for (let high: u32 = 0; ; ) {
      const far = entry + step4;
      v128.store(entry, value);
      v128.store(entry + entryBytes, i8x16.add(value, d1));
      v128.store(entry + step2, i8x16.add(value, d2));
      v128.store(entry + step3, i8x16.add(value, d3));
      v128.store(far, i8x16.add(value, d4));
      v128.store(far + entryBytes, i8x16.add(value, d5));
      v128.store(far + step2, i8x16.add(value, d6));
      v128.store(far + step3, i8x16.add(value, d7));
      if (++high == upper) break;
      // The pattern without its highest bit is there already.
      const bit = 31 - clz<u32>(high);
      const known = v128.load(table + at + ((high ^ ((<u32>1) << bit)) << 3) * entryBytes);
      value = i8x16.add(known, v128.load(differences + (bit << 4)));
      entry = far + step4;
    }
  }
}

/** 1 - 2 [bit of a] + 16 (1 - 2 [bit of b]), modulo 256 */
function difference(a: v128, b: v128, bit: i8): v128 {
  const mask = i8x16.splat(bit);
  // A comparison gives -1 where the bit is 0.
  const clearA = i8x16.eq(v128.and(a, mask), i8x16.splat(0));
  const clearB = i8x16.eq(v128.and(b, mask), i8x16.splat(0));
  return i8x16.sub(
    v128.bitselect(i8x16.splat(1), i8x16.splat(-1), clearA),
    v128.bitselect(i8x16.splat(-16), i8x16.splat(16), clearB),
  );
}

/** Thresholds: bits[byte of the output's pixel][pixel of the tile]. */
function compare(model: usize, index: u32, wide: usize, limits: usize, flips: usize, bits: usize): void {
  clear(bits, outputBytes * 32 * vectors);
  const half = 16 * vectors;
  const secondCut = planes(model, index + 1) == 2 ? wordsFor(filters) * WORD_BITS : filters;
  for (let cut: u32 = 0; cut < cuts; cut++) {
    let sums = wide;
    let filter: u32 = 0;
    if (((cut * secondCut) & 7) == 0) {
      for (; filter + 8 <= filters; filter += 8, limits += 16, sums += 512 * vectors) {
        const at = bits + ((filter + cut * secondCut) >>> 3) * 32 * vectors;
        compareEight(sums, limits, load<i8>(flips + (filter >>> 3)), at);
      }
    }
    for (; filter < filters; filter++, limits += 2) {
      const limit = i16x8.splat(load<i16>(limits));
      const flip = i8x16.splat(-(<i8>((load<u32>(flips + ((filter >>> 5) << 2)) >>> (filter & 31)) & 1)));
      const output = filter + cut * secondCut;
      const mask = i8x16.splat(<i8>((<u32>1) << (output & 7)));
      let at = bits + (output >>> 3) * 32 * vectors;
      for (let vector: u32 = 0; vector < vectors; vector++, sums += 64, at += 16) {
        const low = i8x16.narrow_i16x8_s(
          i16x8.lt_s(v128.load(sums), limit),
          i16x8.lt_s(v128.load(sums, 16), limit),
        );
        const high = i8x16.narrow_i16x8_s(
          i16x8.lt_s(v128.load(sums, 32), limit),
          i16x8.lt_s(v128.load(sums, 48), limit),
        );
        v128.store(at, v128.or(v128.load(at), v128.and(v128.xor(low, flip), mask)));
        const other = at + half;
        v128.store(other, v128.or(v128.load(other), v128.and(v128.xor(high, flip), mask)));
      }
    }
    flips += wordsFor(filters) << 2;
  }
}

/** Eight filters whose bits make one byte of the output. */
function compareEight(sums: usize, limits: usize, flips: i8, at: usize): void {
  const step = 64 * vectors;
  const flip = i8x16.splat(flips);
  for (const end = at + 16 * vectors; at < end; at += 16, sums += 64) {
    let low = i8x16.splat(0);
    let high = i8x16.splat(0);
    // From the last to the first: each doubles what is there and puts its own bit (-1 where it is set) below.
    let from = sums + 7 * step;
    for (let limitAt = limits + 14; limitAt >= limits; limitAt -= 2, from -= step) {
      const limit = v128.load16_splat(limitAt);
      low = i8x16.sub(
        i8x16.add(low, low),
        i8x16.narrow_i16x8_s(i16x8.lt_s(v128.load(from), limit), i16x8.lt_s(v128.load(from, 16), limit)),
      );
      high = i8x16.sub(
        i8x16.add(high, high),
        i8x16.narrow_i16x8_s(i16x8.lt_s(v128.load(from, 32), limit), i16x8.lt_s(v128.load(from, 48), limit)),
      );
    }
    v128.store(at, v128.xor(low, flip));
    v128.store(at + 16 * vectors, v128.xor(high, flip));
  }
}

/** Writes a tile's bits to the output, channels last, 16 pixels of one word at a time. */
function write(bits: usize, output: usize, y: u32, x: u32): void {
  const step = 32 * vectors;
  const rows = min(tileHeight, outputHeight - y);
  const columns = min(tileWidth, outputWidth - x);
  const words = bits + outputBytes * step + 64;
  for (let row: u32 = 0; row < rows; row++) {
    const line = output + ((y + row) * outputWidth + x) * outputBytes;
    for (let column: u32 = 0; column < columns; column += 16) {
      const count = min(16, columns - column);
      for (let word: u32 = 0; word < outputBytes; word += 4) {
        const from = bits + word * step + row * stride + column;
        const b0 = v128.load(from);
        const b1 = v128.load(from + step);
        const b2 = v128.load(from + 2 * step);
        const b3 = v128.load(from + 3 * step);
        const low01 = i8x16.shuffle(b0, b1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const high01 = i8x16.shuffle(b0, b1, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        const low23 = i8x16.shuffle(b2, b3, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const high23 = i8x16.shuffle(b2, b3, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        v128.store(words, i16x8.shuffle(low01, low23, 0, 8, 1, 9, 2, 10, 3, 11));
        v128.store(words, i16x8.shuffle(low01, low23, 4, 12, 5, 13, 6, 14, 7, 15), 16);
        v128.store(words, i16x8.shuffle(high01, high23, 0, 8, 1, 9, 2, 10, 3, 11), 32);
        v128.store(words, i16x8.shuffle(high01, high23, 4, 12, 5, 13, 6, 14, 7, 15), 48);
        let to = line + column * outputBytes + word;
        for (let pixel: u32 = 0; pixel < count; pixel++, to += outputBytes) {
          store<u32>(to, load<u32>(words + (pixel << 2)));
        }
      }
    }
  }
}
