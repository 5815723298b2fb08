import { wordsFor } from '../../../tensor';
import { clear } from '../clear';
import { firstBytes } from '../part';
import {
  groupBits,
  groups,
  inputChannels,
  inputHeight,
  inputPlanes,
  inputWidth,
  kernelHeight,
  kernelWidth,
  outputHeight,
  outputWidth,
  paddingLeft,
  paddingTop,
  phasesX,
  phasesY,
  planeBytes,
  planeStride,
  strideX,
  strideY,
} from './layer';
import { activations, image, rows } from './memory';

/**
 * Copies bits, channels last, to planes [plane][group][phase] of a byte a pixel, with a border of zeros. It
 * takes 16 pixels at a time: their words become rows of bytes in `rows`, and a group lies in one byte or in
 * two neighbors.
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
    // Rows between the windows of a large stride belong to no phase.
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
        spreadPixels(
          line + (start + x * strideX) * pixelStep,
          pixelStep * strideX,
          min(16, count - x),
          to + x,
        );
      }
    }
  }
}

/** Copies `count` pixels, at most 16, of a row of a phase to the planes of all groups. */
function spreadPixels(from: usize, step: u32, count: u32, to: usize): void {
  const words = wordsFor(inputChannels) << 2;
  const full = i8x16.splat(<i8>(((<u32>1) << groupBits) - 1));
  // Beyond the last column is the border, which is zero.
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
    // The last group may read a byte beyond the words.
    v128.store(rows + (words << 4), i64x2.splat(0));
    for (let group: u32 = 0, bit: u32 = 0; group < groups; group++, bit += groupBits, to += planeStep) {
      const row = rows + ((bit >>> 3) << 4);
      const shift = bit & 7;
      // The shifts are of 16-bit lanes: bits that cross bytes are outside of the mask, or masked first.
      const low = i16x8.shr_u(v128.and(v128.load(row), i8x16.splat(<i8>((<u32>0xff) << shift))), shift);
      const high = i16x8.shl(
        v128.and(v128.load(row, 16), i8x16.splat(<i8>(((<u32>1) << shift) - 1))),
        8 - shift,
      );
      v128.store(to, v128.and(v128.and(v128.or(low, high), full), inside));
    }
  }
}

/** Transposes 16 words, `step` bytes apart, to four rows of their bytes. */
function transpose(from: usize, step: u32, to: usize): void {
  const a = loadFourWords(from, step);
  const b = loadFourWords(from + 4 * step, step);
  const c = loadFourWords(from + 8 * step, step);
  const d = loadFourWords(from + 12 * step, step);
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

/** Loads four words, `step` bytes apart, as [4 bytes 0][4 bytes 1][4 bytes 2][4 bytes 3]. */
function loadFourWords(from: usize, step: u32): v128 {
  let words = v128.load32_zero(from);
  words = v128.load_lane<u32>(from + step, words, 1);
  words = v128.load_lane<u32>(from + 2 * step, words, 2);
  words = v128.load_lane<u32>(from + 3 * step, words, 3);
  return i8x16.shuffle(words, words, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
}
