import { wordsFor } from '../../../tensor';
import { putBits, writePixels } from '../bits';
import { clear } from '../clear';
import {
  filters,
  limitsPerSum,
  outputBytes,
  outputHeight,
  outputWidth,
  stride,
  tileHeight,
  tileWidth,
  vectors,
} from './layer';
import { invert, limits, output, results, secondOutput, wide } from './memory';
import { tileParts } from './parts';
import { widenEight } from './widen';

/** Writes the bits of filters `from` to `to` of a tile. */
export function writeTileBits(y: u32, x: u32, from: u32, to: u32): void {
  clear(results, outputBytes * 32 * vectors);
  for (let filter = from; filter < to; filter += 8) compareEight(filter);
  if (tileParts == 1) write(y, x, 0, outputBytes);
  else {
    write(y, x, from >>> 3, to >>> 3);
    if (limitsPerSum == 2) write(y, x, (secondOutput + from) >>> 3, (secondOutput + to) >>> 3);
  }
}

function compareEight(filter: u32): void {
  const step = 32 * vectors;
  const left = min(8, filters - filter);
  const mask = i8x16.splat(<i8>(((<u32>1) << left) - 1));
  const flip = i8x16.splat(load<i8>(invert + (filter >>> 3)));
  const secondFlip = i8x16.splat(load<i8>(invert + (wordsFor(filters) << 2) + (filter >>> 3)));
  const secondLimits = filters << 1;
  const firstLimit = limits + (filter << 1);
  for (let vector: u32 = 0; vector < vectors; vector++) {
    widenEight(filter, vector);
    let low = i8x16.splat(0);
    let high = i8x16.splat(0);
    let secondLow = i8x16.splat(0);
    let secondHigh = i8x16.splat(0);
    let from = wide + (left << 6);
    // From the last filter to the first: each shifts the earlier bits up and adds its own, -1 if it is set,
    // as the lowest.
    for (let at = firstLimit + (left << 1); at > firstLimit; ) {
      at -= 2;
      from -= 64;
      const a = v128.load(from);
      const b = v128.load(from, 16);
      const c = v128.load(from, 32);
      const d = v128.load(from, 48);
      low = withBit(low, a, b, v128.load16_splat(at));
      high = withBit(high, c, d, v128.load16_splat(at));
      if (limitsPerSum == 2) {
        const limit = v128.load16_splat(at + secondLimits);
        secondLow = withBit(secondLow, a, b, limit);
        secondHigh = withBit(secondHigh, c, d, limit);
      }
    }
    const to = results + (vector << 4);
    putBits(to, step, filter, v128.and(v128.xor(low, flip), mask));
    putBits(to + (step >>> 1), step, filter, v128.and(v128.xor(high, flip), mask));
    if (limitsPerSum == 2) {
      putBits(to, step, filter + secondOutput, v128.and(v128.xor(secondLow, secondFlip), mask));
      putBits(
        to + (step >>> 1),
        step,
        filter + secondOutput,
        v128.and(v128.xor(secondHigh, secondFlip), mask),
      );
    }
  }
}

/** Shifts `bits` up by one and adds 1 where a sum is below the limit. */
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
