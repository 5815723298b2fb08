import * as plan from '../../../sdk/engine/table-plan';
import {
  OP_CUTS,
  OP_INPUT,
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_PADDING_LEFT,
  OP_PADDING_TOP,
  OP_PARAMETERS,
  OP_STRIDE_X,
  OP_STRIDE_Y,
  OP_WEIGHTS,
  TYPE_BITS,
  WORD_BITS,
} from '../../../sdk/format/layout';
import { filtersOf } from '../../op';
import { channels, height, offset, opRecord, pixelBytes, planes, type, width, wordsFor } from '../../tensor';
import { openOutput } from '../epilogue';
import { putBits, writePixels } from './bits';
import { firstBytes } from './part';
import { putRun } from './put';
import { first, next } from './table-steps';
import { ownTables } from './tables';

// Binary convolution by tables over the activations ("Four Russians"):
//
//     sum = popcount(w) - x,   x = the bits in which activations and weights differ, over taps and channels
//
// Channels go in groups of 4 to 7. For one group and one tile of pixels, the table holds for each pattern p that a
// filter's weights can have in one tap the differing bits of every pixel, popcount(a ^ p); a filter then reads nine
// entries, each shifted by its tap, and adds them up: a load and an add for 32 pixels and 9 x 7 products each.
//
// A byte has two pixels, one a nibble: pixels q and q + 16 x vectors of the tile, counted row by row with a step of
// `stride`. A padded pixel is 0, differs in popcount(w) bits, and so adds nothing to the sum.
//
// Windows: a step adds nine taps, whichever they are. 3x3 has one step a group; 5x5 has three; 1x1 puts nine groups in
// a step, 2x2 two. A stride splits the input into phases, rows and columns by their residues: within a phase the
// stride is 1. Taps that are left over read an entry of zeros.
//
// The sums become bits, by limits on x, or what `putRun` makes of them. Both endings read them as `widenEight` adds them up.
//
// No overflow: a step adds at most 9 x groupBits <= 63 to a byte, and a chunk has at most 255 / (9 x groupBits) steps;
// two taps of 7 or three of 5 fit a nibble; the plan takes no layer whose x could pass 32766, and limits reach 32767; a sum
// lies between -x and popcount(w), neither of them beyond 32766.
//
// To split a layer: parts are tiles, or a tile's filters in ranges of whole words, each thread with memory of its own
// and all of the activations in it (`spreadTable`). Ranges build the same table again, which is a small part of their
// work.

let input: u32 = 0;
let inputHeight: u32 = 0;
let inputWidth: u32 = 0;
let outputHeight: u32 = 0;
let outputWidth: u32 = 0;
let inputChannels: u32 = 0;
let inputPlanes: u32 = 0;
let kernelHeight: u32 = 0;
let kernelWidth: u32 = 0;
let strideY: u32 = 0;
let strideX: u32 = 0;
let paddingTop: u32 = 0;
let paddingLeft: u32 = 0;
let filters: u32 = 0;
let cuts: u32 = 0;
let givesBits: bool = false;
/** Of a pixel's bits. */
let outputBytes: u32 = 0;

// The plan's results, as the integers that they are.
let vectors: u32 = 0;
let groups: u32 = 0;
let groupBits: u32 = 0;
let stride: u32 = 0;
let entryBytes: u32 = 0;
let tableBytes: u32 = 0;
let tileBytes: u32 = 0;
let planeBytes: u32 = 0;
let planeStride: u32 = 0;
let tileWidth: u32 = 0;
let tileHeight: u32 = 0;
let tilesAcross: u32 = 0;
let tilesDown: u32 = 0;
let phasesY: u32 = 0;
let phasesX: u32 = 0;
let haloY: u32 = 0;
let bundles: u32 = 0;
let bundleGroups: u32 = 0;
let steps: u32 = 0;
let chunks: u32 = 0;
let chunkBytes: u32 = 0;

// Where a run has its memory.
let activations: usize = 0;
let tile: usize = 0;
let tables: usize = 0;
let sums: usize = 0;
/** Differing bits of eight filters and 32 pixels, int16 [filter][pixel]. */
let wide: usize = 0;
/** What a tile gives: bits [byte of the output's pixel][pixel], or sums of eight filters, int32 [pixel][8]. */
let results: usize = 0;
/** What bits 3 to 6 of a pattern add, to two vectors. */
let differences: usize = 0;
let rows: usize = 0;
// Where a run has the model's and the arena's memory.
let image: usize = 0;
let weights: usize = 0;
/** What the sums are held to: [cut][filter] limits on x, or popcounts of the filters. */
let limits: usize = 0;
let flips: usize = 0;
let secondCut: u32 = 0;
let output: usize = 0;
let tileParts: u32 = 1;

function describe(model: usize, index: u32): void {
  const op = opRecord(model, index);
  input = load<u16>(op + OP_INPUT);
  inputHeight = height(model, input);
  inputWidth = width(model, input);
  outputHeight = height(model, index + 1);
  outputWidth = width(model, index + 1);
  inputChannels = channels(model, input);
  inputPlanes = planes(model, input);
  kernelHeight = load<u8>(op + OP_KERNEL_HEIGHT);
  kernelWidth = load<u8>(op + OP_KERNEL_WIDTH);
  strideY = load<u8>(op + OP_STRIDE_Y);
  strideX = load<u8>(op + OP_STRIDE_X);
  paddingTop = load<u8>(op + OP_PADDING_TOP);
  paddingLeft = load<u8>(op + OP_PADDING_LEFT);
  filters = filtersOf(op);
  givesBits = type(model, index + 1) == TYPE_BITS;
  cuts = givesBits ? load<u8>(op + OP_CUTS) : 1;
  outputBytes = givesBits ? pixelBytes(model, index + 1) : 0;
  const taps = kernelHeight * kernelWidth;
  if (
    strideY == 1 &&
    strideX == 1 &&
    plan.isPointwise(outputHeight, outputWidth, inputHeight, inputWidth, taps)
  ) {
    outputWidth *= outputHeight;
    inputWidth = outputWidth;
    outputHeight = 1;
    inputHeight = 1;
  }
  plan.describeLayer(
    outputHeight,
    outputWidth,
    inputWidth,
    kernelHeight,
    kernelWidth,
    strideY,
    strideX,
    paddingLeft,
    inputChannels,
    inputPlanes,
    filters,
    cuts,
    outputBytes,
  );
}

/** The plan's choice for op `index`, a binary convolution; 0 for another kernel. */
export function chooseTable(model: usize, index: u32): u32 {
  describe(model, index);
  return <u32>plan.chooseTable();
}

/** Makes the plan of op `index` the current one. */
export function openTable(model: usize, index: u32, chosen: u32): void {
  describe(model, index);
  plan.layOutTable(chosen);
  vectors = <u32>plan.vectors;
  groups = <u32>plan.groups;
  groupBits = <u32>plan.groupBits;
  stride = <u32>plan.stride;
  entryBytes = <u32>plan.entryBytes;
  tableBytes = <u32>plan.tableBytes;
  tileBytes = <u32>plan.tileBytes;
  planeBytes = <u32>plan.planeBytes;
  planeStride = <u32>plan.planeStride;
  tileWidth = <u32>plan.tileWidth;
  tileHeight = <u32>plan.tileHeight;
  tilesAcross = <u32>plan.tilesAcross;
  tilesDown = <u32>plan.tilesDown;
  phasesY = <u32>plan.phasesY;
  phasesX = <u32>plan.phasesX;
  haloY = <u32>plan.haloY;
  bundles = <u32>plan.bundles;
  bundleGroups = <u32>plan.bundleGroups;
  steps = <u32>plan.steps;
  chunks = <u32>plan.chunks;
  chunkBytes = <u32>plan.chunkBytes;
}

export function tableScratchBytes(): u32 {
  return <u32>plan.scratchBytes;
}

export function tableExpandedBytes(): u32 {
  return <u32>plan.expandedBytes;
}

/**
 * Writes what the kernel reads in place of the file's weights: [bundle][step][filter][9 taps] offsets into the tables,
 * u16, then [cut][filter] limits, i16, `sum >= threshold` being `x < limit`; where there are no thresholds, popcounts.
 */
export function expandTable(model: usize, index: u32, to: usize): void {
  const op = opRecord(model, index);
  const taps = kernelHeight * kernelWidth;
  const tapBytes = wordsFor(inputChannels) << 2;
  const weights = model + load<u32>(op + OP_WEIGHTS);
  const zeros = bundleGroups * phasesY * phasesX * tableBytes;
  const slots = steps * 9;
  for (let bundle: u32 = 0; bundle < bundles; bundle++, to += filters * slots * 2) {
    let local: u32 = 0;
    let ky: u32 = 0;
    let kx: u32 = 0;
    for (let slot: u32 = 0; slot < slots; slot++) {
      const group = bundle * bundleGroups + local;
      const there = local < bundleGroups && group < groups;
      const table = ((local * phasesY + (ky % strideY)) * phasesX + (kx % strideX)) * tableBytes;
      const place = table + (ky / strideY) * stride + kx / strideX;
      let row = weights + (ky * kernelWidth + kx) * tapBytes;
      let at = to + (slot / 9) * filters * 18 + (slot % 9) * 2;
      for (let filter: u32 = 0; filter < filters; filter++, row += taps * tapBytes, at += 18) {
        store<u16>(at, there ? place + groupOf(row, group) * entryBytes : zeros);
      }
      if (++kx == kernelWidth) {
        kx = 0;
        if (++ky == kernelHeight) {
          ky = 0;
          local++;
        }
      }
    }
  }
  const thresholds = model + load<u32>(op + OP_PARAMETERS);
  const most: i64 = taps * inputChannels * inputPlanes;
  for (let filter: u32 = 0; filter < filters; filter++) {
    const row = weights + filter * taps * tapBytes;
    let ones: i64 = 0;
    for (let at: u32 = 0; at < taps * tapBytes; at += 4) ones += popcnt<u32>(load<u32>(row + at));
    ones *= inputPlanes;
    if (!givesBits) store<i16>(to + (filter << 1), <i16>ones);
    else {
      for (let cut: u32 = 0; cut < cuts; cut++) {
        const at = cut * filters + filter;
        const limit = ones - load<i32>(thresholds + (at << 2)) + 1;
        store<i16>(to + (at << 1), <i16>min(max(limit, 0), most + 1));
      }
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
  placeTable(model, arena, scratch, expanded, index);
  spreadTable();
  const parts = tableParts(1);
  for (let part: u32 = 0; part < parts; part++) tablePart(part);
}

/** Says where the open op has its memory. */
export function placeTable(model: usize, arena: usize, scratch: usize, expanded: usize, index: u32): void {
  activations = scratch;
  tile = activations + inputPlanes * groups * phasesY * phasesX * planeBytes;
  tables = ownTables();
  sums = tile + tileBytes;
  wide = sums + chunks * chunkBytes;
  results = wide + 512;
  differences = results + <u32>plan.resultBytes;
  rows = differences + 128;
  clear(tile, tileBytes);
  clear(tables + <u32>plan.bundleTableBytes() - entryBytes, entryBytes);

  image = arena + offset(model, input);
  weights = expanded;
  limits = expanded + bundles * steps * filters * 18;
  flips = model + load<u32>(opRecord(model, index) + OP_PARAMETERS) + ((cuts * filters) << 2);
  secondCut = planes(model, index + 1) == 2 ? wordsFor(filters) * WORD_BITS : filters;
  output = arena + offset(model, index + 1);
  if (!givesBits) openOutput(model, arena, index);
}

/**
 * Divides the open op for a number of threads: into tiles, and each of them by filters where tiles alone would leave
 * threads without work.
 *
 * @returns how many parts there are
 */
export function tableParts(threads: u32): u32 {
  const tiles = tilesAcross * tilesDown;
  tileParts = 1;
  // Output words must be one part's own.
  const most: u32 = (filters & 31) == 0 ? filters >>> 5 : 1;
  if (tiles < 4 * threads) while (tileParts < most && (tiles * tileParts) % threads != 0) tileParts++;
  return tiles * tileParts;
}

/** Part `part` of what `tableParts` said last. */
export function tablePart(part: u32): void {
  const place = part / tileParts;
  const y = (place / tilesAcross) * tileHeight;
  const x = (place % tilesAcross) * tileWidth;
  const range = part % tileParts;
  const words = wordsFor(filters);
  const from = ((words * range) / tileParts) << 5;
  const to = min(((words * (range + 1)) / tileParts) << 5, filters);
  addUp(y * planeStride + x, from, to - from);
  if (givesBits) giveBits(y, x, from, to);
  else giveNumbers(y, x, from, to);
}

function clear(at: usize, bytes: u32): void {
  for (const end = at + bytes; at < end; at += 16) v128.store(at, i64x2.splat(0));
}

/**
 * sums[chunk][filter][vector]: the differing bits of a tile that starts at `place` of each plane, for `count` filters
 * from `start` on.
 */
function addUp(place: u32, start: u32, count: u32): void {
  const pairs = groupBits > 5;
  const restBits = inputChannels - (groups - 1) * groupBits;
  const phases = phasesY * phasesX;
  const most = 255 / (9 * groupBits);
  let inChunk: u32 = 0;
  let to = sums + start * 32 * vectors;
  let from = activations + place;
  for (let plane: u32 = 0; plane < inputPlanes; plane++) {
    let row = weights + start * 18;
    let group: u32 = 0;
    for (let bundle: u32 = 0; bundle < bundles; bundle++) {
      let table = tables;
      for (const end = min(group + bundleGroups, groups); group < end; group++) {
        const size = group == groups - 1 ? restBits : groupBits;
        for (let phase: u32 = 0; phase < phases; phase++, table += tableBytes, from += planeBytes) {
          cutOut(from);
          buildTable(tile, table, size);
        }
      }
      for (let step: u32 = 0; step < steps; step++, row += filters * 18) {
        if (inChunk == most) {
          inChunk = 0;
          to += chunkBytes;
        }
        if (inChunk++ == 0) first(pairs, vectors, row, tables, to, count);
        else next(pairs, vectors, row, tables, to, count);
      }
    }
  }
}

/**
 * From bits, channels last, to planes [plane][group][phase] of a byte a pixel, with a border of zeros. 16 pixels at a
 * time: their words become planes of bytes in `rows`, and a group lies in one byte or in two neighbours.
 */
export function spreadTable(): void {
  const phases = phasesY * phasesX;
  clear(activations, inputPlanes * groups * phases * planeBytes);
  const pixelStep = (wordsFor(inputChannels) << 2) * inputPlanes;
  const seenY = (outputHeight - 1) * strideY + kernelHeight;
  const seenX = (outputWidth - 1) * strideX + kernelWidth;
  const lines = min(inputHeight, seenY - min(seenY, paddingTop));
  const columns = min(inputWidth, seenX - min(seenX, paddingLeft));
  for (let y: u32 = 0; y < lines; y++) {
    const phaseY = (y + paddingTop) % strideY;
    // A row that lies between the windows of a large stride is in nobody's window.
    if (phaseY >= phasesY) continue;
    const line = image + y * inputWidth * pixelStep;
    for (let phaseX: u32 = 0; phaseX < phasesX; phaseX++) {
      const start = (phaseX + strideX - (paddingLeft % strideX)) % strideX;
      if (start >= columns) continue;
      const to =
        activations +
        (phaseY * phasesX + phaseX) * planeBytes +
        ((y + paddingTop) / strideY) * planeStride +
        (start + paddingLeft) / strideX;
      const count = (columns - start + strideX - 1) / strideX;
      for (let x: u32 = 0; x < count; x += 16) {
        sixteen(line + (start + x * strideX) * pixelStep, pixelStep * strideX, min(16, count - x), to + x);
      }
    }
  }
}

/** 16 pixels of a row of a phase, of which `count` are there, to the planes of all groups. */
function sixteen(from: usize, step: u32, count: u32, to: usize): void {
  const words = wordsFor(inputChannels) << 2;
  const full = i8x16.splat(<i8>(((<u32>1) << groupBits) - 1));
  // Beyond the last column lies the border: zeros.
  const inside = firstBytes(count);
  const gathered = rows + (words << 4) + 16;
  const planeStep = phasesY * phasesX * planeBytes;
  for (let plane: u32 = 0; plane < inputPlanes; plane++) {
    for (let word: u32 = 0; word < words; word += 4, from += 4) {
      if (count == 16) transpose(from, step, rows + (word << 4));
      else {
        for (let pixel: u32 = 0; pixel < count; pixel++) {
          store<u32>(gathered + (pixel << 2), load<u32>(from + pixel * step));
        }
        transpose(gathered, 4, rows + (word << 4));
      }
    }
    // The last group may want a byte beyond the words.
    v128.store(rows + (words << 4), i64x2.splat(0));
    for (let group: u32 = 0, bit: u32 = 0; group < groups; group++, bit += groupBits, to += planeStep) {
      const row = rows + ((bit >>> 3) << 4);
      const shift = bit & 7;
      // Shifts of 16-bit lanes: what they carry across bytes is outside of the mask, or masked first.
      const low = i16x8.shr_u(v128.and(v128.load(row), i8x16.splat(<i8>((<u32>0xff) << shift))), shift);
      const high = i16x8.shl(
        v128.and(v128.load(row, 16), i8x16.splat(<i8>(((<u32>1) << shift) - 1))),
        8 - shift,
      );
      v128.store(to, v128.and(v128.and(v128.or(low, high), full), inside));
    }
  }
}

/** 16 words, `step` bytes apart, to four rows of their bytes. */
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
function cutOut(from: usize): void {
  // What is copied beside the tile must not have more bits than a group, or a nibble would run over.
  const mask = i8x16.splat(<i8>(((<u32>1) << groupBits) - 1));
  let to = tile;
  if (planeStride == stride || tileHeight + haloY == 1) {
    const bytes: u32 = 16 * vectors + entryBytes;
    for (let at: u32 = 0; at < bytes; at += 16) v128.store(to + at, v128.and(v128.load(from + at), mask));
    return;
  }
  for (let row: u32 = 0; row < tileHeight + haloY; row++, from += planeStride, to += stride) {
    v128.store(to, v128.and(v128.load(from), mask));
    for (let at: u32 = 16; at < stride; at += 16) v128.store(to + at, v128.and(v128.load(from + at), mask));
  }
}

/**
 * table[p][q] = popcount(a[q] ^ p) + 16 popcount(a[q + 16 vectors] ^ p), for the patterns of `bits` bits (8 patterns,
 * where there are fewer). Two vectors at a time where there are two, so that stores find their line of the cache open.
 */
function buildTable(tile: usize, table: usize, bits: u32): void {
  const upper: u32 = bits > 3 ? (<u32>1) << (bits - 3) : 1;
  const second = tile + 16 * vectors;
  let at: u32 = 0;
  for (; at + 32 <= entryBytes; at += 32) {
    buildTwo(
      v128.load(tile + at),
      v128.load(second + at),
      v128.load(tile + at, 16),
      v128.load(second + at, 16),
      table + at,
      upper,
    );
  }
  if (at < entryBytes) buildOne(v128.load(tile + at), v128.load(second + at), table + at, upper);
}

function buildTwo(a: v128, b: v128, c: v128, d: v128, table: usize, upper: u32): void {
  // One more bit in a pattern is one differing bit more where the pixel's bit is 0, and one less where it is 1.
  const p1 = difference(a, b, 1);
  const p2 = difference(a, b, 2);
  const p4 = difference(a, b, 4);
  const q1 = difference(c, d, 1);
  const q2 = difference(c, d, 2);
  const q4 = difference(c, d, 4);
  for (let bit: u32 = 8, to = differences; bit < upper << 3; bit <<= 1, to += 32) {
    v128.store(to, difference(a, b, <i8>bit));
    v128.store(to, difference(c, d, <i8>bit), 16);
  }
  let p = i8x16.add(i8x16.popcnt(a), i16x8.shl(i8x16.popcnt(b), 4));
  let q = i8x16.add(i8x16.popcnt(c), i16x8.shl(i8x16.popcnt(d), 4));
  const step = entryBytes;
  let entry = table;
  for (let high: u32 = 0; ; ) {
    v128.store(entry, p);
    v128.store(entry, q, 16);
    entry += step;
    const r = i8x16.add(p, p1);
    const s = i8x16.add(q, q1);
    v128.store(entry, r);
    v128.store(entry, s, 16);
    entry += step;
    const t = i8x16.add(p, p2);
    const u = i8x16.add(q, q2);
    v128.store(entry, t);
    v128.store(entry, u, 16);
    entry += step;
    const v = i8x16.add(r, p2);
    const w = i8x16.add(s, q2);
    v128.store(entry, v);
    v128.store(entry, w, 16);
    entry += step;
    v128.store(entry, i8x16.add(p, p4));
    v128.store(entry, i8x16.add(q, q4), 16);
    entry += step;
    v128.store(entry, i8x16.add(r, p4));
    v128.store(entry, i8x16.add(s, q4), 16);
    entry += step;
    v128.store(entry, i8x16.add(t, p4));
    v128.store(entry, i8x16.add(u, q4), 16);
    entry += step;
    v128.store(entry, i8x16.add(v, p4));
    v128.store(entry, i8x16.add(w, q4), 16);
    entry += step;
    if (++high == upper) break;
    // The pattern without its highest bit is there already.
    const bit = 31 - clz<u32>(high);
    const known = table + ((high ^ ((<u32>1) << bit)) << 3) * step;
    p = i8x16.add(v128.load(known), v128.load(differences + (bit << 5)));
    q = i8x16.add(v128.load(known, 16), v128.load(differences + (bit << 5), 16));
  }
}

function buildOne(a: v128, b: v128, table: usize, upper: u32): void {
  const d1 = difference(a, b, 1);
  const d2 = difference(a, b, 2);
  const d4 = difference(a, b, 4);
  for (let bit: u32 = 8, to = differences; bit < upper << 3; bit <<= 1, to += 32) {
    v128.store(to, difference(a, b, <i8>bit));
  }
  const step = entryBytes;
  let value = i8x16.add(i8x16.popcnt(a), i16x8.shl(i8x16.popcnt(b), 4));
  let entry = table;
  for (let high: u32 = 0; ; ) {
    const v1 = i8x16.add(value, d1);
    const v2 = i8x16.add(value, d2);
    const v3 = i8x16.add(v1, d2);
    const far = entry + 4 * step;
    v128.store(entry, value);
    v128.store(entry + step, v1);
    v128.store(entry + 2 * step, v2);
    v128.store(entry + 3 * step, v3);
    v128.store(far, i8x16.add(value, d4));
    v128.store(far + step, i8x16.add(v1, d4));
    v128.store(far + 2 * step, i8x16.add(v2, d4));
    v128.store(far + 3 * step, i8x16.add(v3, d4));
    if (++high == upper) break;
    const bit = 31 - clz<u32>(high);
    const known = table + ((high ^ ((<u32>1) << bit)) << 3) * step;
    value = i8x16.add(v128.load(known), v128.load(differences + (bit << 5)));
    entry = far + 4 * step;
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

/**
 * Adds the chunks of eight filters from `filter` on and of 32 pixels up, in `wide`: of every two bytes both as they are,
 * modulo 2^16, and the second alone, which leaves the first.
 */
function widenEight(filter: u32, vector: u32): void {
  const step = 32 * vectors;
  let from = sums + filter * step + (vector << 5);
  for (let to = wide, last = wide + (min(8, filters - filter) << 6); to < last; to += 64, from += step) {
    let low = i16x8.splat(0);
    let lowOdd = i16x8.splat(0);
    let high = i16x8.splat(0);
    let highOdd = i16x8.splat(0);
    for (let part = from, end = from + chunks * chunkBytes; part < end; part += chunkBytes) {
      // The low nibbles' sum is what the high ones' leaves of the bytes', modulo 256.
      const h = v128.load(part, 16);
      const s = i8x16.sub(v128.load(part), v128.and(i16x8.shl(h, 4), i8x16.splat(-16)));
      low = i16x8.add(low, s);
      lowOdd = i16x8.add(lowOdd, i16x8.shr_u(s, 8));
      high = i16x8.add(high, h);
      highOdd = i16x8.add(highOdd, i16x8.shr_u(h, 8));
    }
    const lowEven = i16x8.sub(low, i16x8.shl(lowOdd, 8));
    const highEven = i16x8.sub(high, i16x8.shl(highOdd, 8));
    v128.store(to, i16x8.shuffle(lowEven, lowOdd, 0, 8, 1, 9, 2, 10, 3, 11));
    v128.store(to, i16x8.shuffle(lowEven, lowOdd, 4, 12, 5, 13, 6, 14, 7, 15), 16);
    v128.store(to, i16x8.shuffle(highEven, highOdd, 0, 8, 1, 9, 2, 10, 3, 11), 32);
    v128.store(to, i16x8.shuffle(highEven, highOdd, 4, 12, 5, 13, 6, 14, 7, 15), 48);
  }
}

/** Ends a tile with bits: those of filters `from` to `to`. */
export function giveBits(y: u32, x: u32, from: u32, to: u32): void {
  clear(results, outputBytes * 32 * vectors);
  for (let filter = from; filter < to; filter += 8) compareEight(filter);
  if (tileParts == 1) write(y, x, 0, outputBytes);
  else {
    write(y, x, from >>> 3, to >>> 3);
    if (cuts == 2) write(y, x, (secondCut + from) >>> 3, (secondCut + to) >>> 3);
  }
}

function compareEight(filter: u32): void {
  const step = 32 * vectors;
  const left = min(8, filters - filter);
  const there = i8x16.splat(<i8>(((<u32>1) << left) - 1));
  const flip = i8x16.splat(load<i8>(flips + (filter >>> 3)));
  const secondFlip = i8x16.splat(load<i8>(flips + (wordsFor(filters) << 2) + (filter >>> 3)));
  const secondLimits = filters << 1;
  const firstLimit = limits + (filter << 1);
  for (let vector: u32 = 0; vector < vectors; vector++) {
    widenEight(filter, vector);
    let low = i8x16.splat(0);
    let high = i8x16.splat(0);
    let secondLow = i8x16.splat(0);
    let secondHigh = i8x16.splat(0);
    let from = wide + (left << 6);
    // From the last to the first: each doubles what is there and puts its own bit (-1 where it is set) below.
    for (let at = firstLimit + (left << 1); at > firstLimit; ) {
      at -= 2;
      from -= 64;
      const a = v128.load(from);
      const b = v128.load(from, 16);
      const c = v128.load(from, 32);
      const d = v128.load(from, 48);
      low = withBit(low, a, b, v128.load16_splat(at));
      high = withBit(high, c, d, v128.load16_splat(at));
      if (cuts == 2) {
        const limit = v128.load16_splat(at + secondLimits);
        secondLow = withBit(secondLow, a, b, limit);
        secondHigh = withBit(secondHigh, c, d, limit);
      }
    }
    const to = results + (vector << 4);
    putBits(to, step, filter, v128.and(v128.xor(low, flip), there));
    putBits(to + (step >>> 1), step, filter, v128.and(v128.xor(high, flip), there));
    if (cuts == 2) {
      putBits(to, step, filter + secondCut, v128.and(v128.xor(secondLow, secondFlip), there));
      putBits(to + (step >>> 1), step, filter + secondCut, v128.and(v128.xor(secondHigh, secondFlip), there));
    }
  }
}

/** Twice `bits`, and 1 where a sum is below the limit. */
function withBit(bits: v128, a: v128, b: v128, limit: v128): v128 {
  return i8x16.sub(i8x16.add(bits, bits), i8x16.narrow_i16x8_s(i16x8.lt_s(a, limit), i16x8.lt_s(b, limit)));
}

/** Writes bytes `first` to `last` of a tile's pixels to the output, channels last. */
function write(y: u32, x: u32, first: u32, last: u32): void {
  const lines = min(tileHeight, outputHeight - y);
  const columns = min(tileWidth, outputWidth - x);
  for (let row: u32 = 0; row < lines; row++) {
    let to = output + ((y + row) * outputWidth + x) * outputBytes;
    const from = results + row * stride;
    for (let column: u32 = 0; column < columns; column += 16, to += outputBytes << 4) {
      writePixels(from + column, 32 * vectors, outputBytes, first, last, min(16, columns - column), to);
    }
  }
}

/** Ends a tile with what `putRun` makes of the sums of filters `from` to `to`. */
export function giveNumbers(y: u32, x: u32, from: u32, to: u32): void {
  const lines = min(tileHeight, outputHeight - y);
  const columns = min(tileWidth, outputWidth - x);
  for (let filter = from; filter < to; filter += 8) {
    for (let vector: u32 = 0; vector < vectors; vector++) {
      widenEight(filter, vector);
      const ones = v128.load(limits + (filter << 1));
      const low = results + (vector << 9);
      const high = low + (vectors << 9);
      sumEight(ones, wide, low);
      sumEight(ones, wide + 16, low + 256);
      sumEight(ones, wide + 32, high);
      sumEight(ones, wide + 48, high + 256);
    }
    for (let row: u32 = 0; row < lines; row++) {
      putRun((y + row) * outputWidth + x, columns, filter, results + ((row * stride) << 5));
    }
  }
}

/** sum = popcount(w) - x, of eight filters and eight pixels; filters in rows 64 bytes apart become pixels. */
function sumEight(ones: v128, from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 64);
  const c = v128.load(from, 128);
  const d = v128.load(from, 192);
  const e = v128.load(from, 256);
  const f = v128.load(from, 320);
  const g = v128.load(from, 384);
  const h = v128.load(from, 448);
  const ab = i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  const cd = i16x8.shuffle(c, d, 0, 8, 1, 9, 2, 10, 3, 11);
  const ef = i16x8.shuffle(e, f, 0, 8, 1, 9, 2, 10, 3, 11);
  const gh = i16x8.shuffle(g, h, 0, 8, 1, 9, 2, 10, 3, 11);
  fourPixels(ones, ab, cd, ef, gh, to);
  const ab4 = i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  const cd4 = i16x8.shuffle(c, d, 4, 12, 5, 13, 6, 14, 7, 15);
  const ef4 = i16x8.shuffle(e, f, 4, 12, 5, 13, 6, 14, 7, 15);
  const gh4 = i16x8.shuffle(g, h, 4, 12, 5, 13, 6, 14, 7, 15);
  fourPixels(ones, ab4, cd4, ef4, gh4, to + 128);
}

/** Pairs of filters of four pixels each. */
function fourPixels(ones: v128, ab: v128, cd: v128, ef: v128, gh: v128, to: usize): void {
  const abcd = i32x4.shuffle(ab, cd, 0, 4, 1, 5);
  const abcd2 = i32x4.shuffle(ab, cd, 2, 6, 3, 7);
  const efgh = i32x4.shuffle(ef, gh, 0, 4, 1, 5);
  const efgh2 = i32x4.shuffle(ef, gh, 2, 6, 3, 7);
  putSums(i16x8.sub(ones, i64x2.shuffle(abcd, efgh, 0, 2)), to);
  putSums(i16x8.sub(ones, i64x2.shuffle(abcd, efgh, 1, 3)), to + 32);
  putSums(i16x8.sub(ones, i64x2.shuffle(abcd2, efgh2, 0, 2)), to + 64);
  putSums(i16x8.sub(ones, i64x2.shuffle(abcd2, efgh2, 1, 3)), to + 96);
}

function putSums(values: v128, to: usize): void {
  v128.store(to, i32x4.extend_low_i16x8_s(values));
  v128.store(to, i32x4.extend_high_i16x8_s(values), 16);
}
