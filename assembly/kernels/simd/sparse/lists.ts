import { COLUMN_BYTES } from '../../../plans/sparse-plan';
import {
  bitTable,
  columns,
  image,
  inputChannels,
  inputHeight,
  inputPlanes,
  inputWidth,
  kernelHeight,
  kernelWidth,
  lengths,
  ones,
  otherLists,
  pixelBytes,
  pixels,
  seenRows,
  strideY,
  swapLists,
  twos,
} from './layer';

/** Writes the table: eight 16-bit numbers for each byte, 16 times the places of its bits that are set. */
export function writeBitTable(to: usize): void {
  for (let byte: u32 = 0; byte < 256; byte++, to += 16) {
    let at = to;
    v128.store(at, i64x2.splat(0));
    for (let bits = byte; bits != 0; bits &= bits - 1, at += 2) store<u16>(at, ctz(bits) << 4);
  }
}

/**
 * Lists the inputs that are not 0 in the rows that a vector's pixels see, column by column: those of a window are
 * neighbors. An entry is the offset of the input's weights, as if the first column were the first tap. Rows that the
 * lists before had are copied.
 *
 * @param E the type of an entry: u16 or u32
 * @param top the first row, which may lie above the image
 * @param step the distance in rows from the top of the previous lists. A step of `seenRows` or more copies no row
 */
export function listColumns<E>(top: i32, step: u32): void {
  swapLists();
  const rowStep = (kernelWidth * inputChannels) << 4;
  const columnStep = inputChannels << 4;
  const rowBytes = inputWidth * pixelBytes;
  const kept = seenRows - min(step, seenRows);
  const moved = step * rowStep;
  let column = columns;
  let pixel = image + (top + kept) * rowBytes;
  let place = kept * rowStep;
  let rows = lengths;
  let one = ones;
  let twice = twos;
  v128.store(column, i64x2.splat(0), 8);
  for (const end = column + inputWidth * COLUMN_BYTES; column < end; column += COLUMN_BYTES) {
    store<u32>(column, one);
    store<u32>(column, twice, 4);
    if (kept > 0) {
      const old = column + otherLists;
      let dropped: u32 = 0;
      for (let row: u32 = 0; row < step; row++) dropped += load<u32>(rows + (row << 2));
      for (let row: u32 = 0; row < kept; row++)
        store<u32>(rows + (row << 2), load<u32>(rows + ((row + step) << 2)));
      const oneFrom = load<u32>(old) + (dropped & 0xffff) * sizeof<E>();
      one = copyList<E>(oneFrom, load<u32>(old, COLUMN_BYTES), moved, one);
      const twiceFrom = load<u32>(old, 4) + (dropped >>> 16) * sizeof<E>();
      twice = copyList<E>(twiceFrom, load<u32>(old, COLUMN_BYTES + 4), moved, twice);
    }
    for (let row = kept, at = pixel, input = place; row < seenRows; row++, at += rowBytes, input += rowStep) {
      let length: u32 = 0;
      if (<u32>(top + <i32>row) < inputHeight) {
        listPixel<E>(at, input, one, twice);
        length = <u32>(nextOne - one) / sizeof<E>() + ((<u32>(nextTwice - twice) / sizeof<E>()) << 16);
        one = nextOne;
        twice = nextTwice;
      }
      store<u32>(rows + (row << 2), length);
    }
    for (let pixel: u32 = 0; pixel < pixels; pixel++) {
      let row = rows + ((pixel * strideY) << 2);
      let total: u32 = 0;
      for (const last = row + (kernelHeight << 2); row < last; row += 4) {
        total += <u32>load<u16>(row) + 2 * <u32>load<u16>(row, 2);
      }
      const at = column + (pixel << 2);
      store<u32>(at, load<u32>(at, 8) + total, COLUMN_BYTES + 8);
    }
    pixel += pixelBytes;
    place += columnStep;
    rows += seenRows << 2;
  }
  store<u32>(column, one);
  store<u32>(column, twice, 4);
}

/** Copies entries of rows that are `moved` bytes nearer now. @returns the end of the list */
function copyList<E>(from: usize, end: usize, moved: u32, to: usize): usize {
  for (; from < end; from += 16, to += 16) {
    const entries = v128.load(from);
    v128.store(
      to,
      sizeof<E>() == 2 ? i16x8.sub(entries, i16x8.splat(<i16>moved)) : i32x4.sub(entries, i32x4.splat(moved)),
    );
  }
  return to + end - from;
}

/** The ends of the lists behind the last listed pixel. */
let nextOne: usize = 0;
let nextTwice: usize = 0;

/** Lists the inputs of a pixel. @param input the offset of its first input */
function listPixel<E>(at: usize, input: u32, one: usize, twice: usize): void {
  const table = bitTable;
  const two = inputPlanes == 2;
  const planeBytes = two ? pixelBytes >>> 1 : pixelBytes;
  for (const end = at + planeBytes; at < end; at += 4, input += 512) {
    let bits = load<u32>(at);
    let both: u32 = 0;
    if (two) {
      const more = load<u32>(at + planeBytes);
      both = bits & more;
      bits ^= more;
    }
    if (sizeof<E>() == 4) {
      one = listLong(table, bits, input, one);
      twice = listLong(table, both, input, twice);
      continue;
    }
    // Written out, since calls would take longer than the work. Entries of the table have 16 bytes, and up to eight
    // entries of any value are written behind a list.
    const eight = i16x8.splat(128);
    const first = i16x8.splat(<i16>input);
    const second = i16x8.add(first, eight);
    const third = i16x8.add(second, eight);
    const fourth = i16x8.add(third, eight);
    let byte: u32 = 0;
    if (two) {
      byte = (both << 4) & 4080;
      v128.store(twice, i16x8.add(v128.load(table + byte), first));
      twice += popcnt(byte) << 1;
      byte = (both >>> 4) & 4080;
      v128.store(twice, i16x8.add(v128.load(table + byte), second));
      twice += popcnt(byte) << 1;
      byte = (both >>> 12) & 4080;
      v128.store(twice, i16x8.add(v128.load(table + byte), third));
      twice += popcnt(byte) << 1;
      byte = (both >>> 20) & 4080;
      v128.store(twice, i16x8.add(v128.load(table + byte), fourth));
      twice += popcnt(byte) << 1;
    }
    byte = (bits << 4) & 4080;
    v128.store(one, i16x8.add(v128.load(table + byte), first));
    one += popcnt(byte) << 1;
    byte = (bits >>> 4) & 4080;
    v128.store(one, i16x8.add(v128.load(table + byte), second));
    one += popcnt(byte) << 1;
    byte = (bits >>> 12) & 4080;
    v128.store(one, i16x8.add(v128.load(table + byte), third));
    one += popcnt(byte) << 1;
    byte = (bits >>> 20) & 4080;
    v128.store(one, i16x8.add(v128.load(table + byte), fourth));
    one += popcnt(byte) << 1;
  }
  nextOne = one;
  nextTwice = twice;
}

/** Lists the bits of a word in entries of 32 bits. @returns the end of the list */
function listLong(table: usize, bits: u32, offset: u32, to: usize): usize {
  let base = i32x4.splat(offset);
  for (let shift: u32 = 0; shift < 32; shift += 8) {
    const byte = (bits >>> shift) & 255;
    const places = v128.load(table + (byte << 4));
    v128.store(to, i32x4.add(i32x4.extend_low_i16x8_u(places), base));
    v128.store(to, i32x4.add(i32x4.extend_high_i16x8_u(places), base), 16);
    to += popcnt(byte) << 2;
    base = i32x4.add(base, i32x4.splat(128));
  }
  return to;
}
