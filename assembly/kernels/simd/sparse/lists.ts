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
  ones,
  pixelBytes,
  pixels,
  seenRows,
  strideY,
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
 * neighbors. An entry is the offset of the input's weights, as if the first column were the first tap.
 *
 * @param E the type of an entry: u16 or u32
 * @param top the first row, which may lie above the image
 */
export function listColumns<E>(top: i32): void {
  const table = bitTable;
  const from = <u32>max(0, -top);
  const to = <u32>min<i32>(seenRows, <i32>inputHeight - top);
  const rowStep = (kernelWidth * inputChannels) << 4;
  const columnStep = inputChannels << 4;
  const rowBytes = inputWidth * pixelBytes;
  const planeBytes = pixelBytes / inputPlanes;
  const two = inputPlanes == 2;
  let one = ones;
  let twice = twos;
  let column = columns;
  let total0: u32 = 0;
  let total1: u32 = 0;
  let total2: u32 = 0;
  let total3: u32 = 0;
  let pixel = image + (top + from) * rowBytes;
  let place = from * rowStep;
  for (const end = column + inputWidth * COLUMN_BYTES; ; column += COLUMN_BYTES) {
    store<u32>(column, one);
    store<u32>(column, twice, 4);
    store<u32>(column, total0, 8);
    store<u32>(column, total1, 12);
    store<u32>(column, total2, 16);
    store<u32>(column, total3, 20);
    if (column == end) break;
    let at = pixel;
    let offset = place;
    for (let row = from; row < to; row++, at += rowBytes, offset += rowStep) {
      const before = one;
      const twiceBefore = twice;
      let input = offset;
      for (let word: u32 = 0; word < planeBytes; word += 4, input += 512) {
        let bits = load<u32>(at + word);
        let both: u32 = 0;
        if (two) {
          const more = load<u32>(at + word + planeBytes);
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
        const first = i16x8.splat(<i16>input);
        const second = i16x8.add(first, i16x8.splat(128));
        const third = i16x8.add(first, i16x8.splat(256));
        const fourth = i16x8.add(first, i16x8.splat(384));
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
      const total = <u32>(one - before + 2 * (twice - twiceBefore)) / sizeof<E>();
      if (row < kernelHeight) total0 += total;
      if (pixels > 1) {
        if (row - strideY < kernelHeight) total1 += total;
        if (pixels > 2) {
          if (row - 2 * strideY < kernelHeight) total2 += total;
          if (row - 3 * strideY < kernelHeight) total3 += total;
        }
      }
    }
    pixel += pixelBytes;
    place += columnStep;
  }
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
