import { inputChannels, kernelWidth, pixelStep, rowLength, rows } from '../padded';
import {
  outputHeight,
  outputWidth,
  phases,
  places,
  planeBytes,
  rowPlanes,
  rowStep,
  windowRows,
} from './layer';
import { planes } from './memory';

/** Fills the planes with the pairs of the padded input at `from`, four output pixels at a time. */
export function fillPlanes(from: usize): void {
  const whole = (kernelWidth * inputChannels) >>> 1;
  const step = (pixelStep << 1) * places;
  const seen = (outputHeight - 1) * rowStep + windowRows;
  let to = planes;
  for (let place: u32 = 0; place < places; place++, from += pixelStep << 1) {
    for (let plane: u32 = 0; plane < rowPlanes; plane++) {
      // Rows between the windows of a large stride belong to no phase.
      for (let phase: u32 = 0; phase < phases; phase++, to += planeBytes) {
        let at = from + phase * rowLength * 2 + (plane << 2);
        let pairs = to;
        for (
          let y = phase;
          y < seen;
          y += rowStep, at += rowStep * rowLength * 2, pairs += outputWidth << 2
        ) {
          if (plane < whole) fillWithNeighbors(at, step, pairs);
          // A row beyond the last one only meets weights of 0.
          else fillAcrossRows(at, y + 1 < rows ? rowLength * 2 : 0, step, pairs);
        }
      }
    }
  }
}

/** Fills a row with pairs of neighbors, `step` bytes apart. */
function fillWithNeighbors(at: usize, step: u32, to: usize): void {
  for (const end = to + (outputWidth << 2); to < end; at += 4 * step, to += 16) {
    v128.store(to, loadFourPairs(at, step));
  }
}

/** Fills a row with pairs of a value and the one that is `distance` bytes behind it. */
function fillAcrossRows(at: usize, distance: u32, step: u32, to: usize): void {
  const low = i32x4.splat(0xffff);
  for (const end = to + (outputWidth << 2); to < end; at += 4 * step, to += 16) {
    const first = v128.and(loadFourPairs(at, step), low);
    v128.store(to, v128.or(first, i32x4.shl(loadFourPairs(at + distance, step), 16)));
  }
}

/** Loads four words, `step` bytes apart. */
function loadFourPairs(at: usize, step: u32): v128 {
  if (step == 4) return v128.load(at);
  let words = v128.load32_zero(at);
  words = v128.load_lane<u32>(at + step, words, 1);
  words = v128.load_lane<u32>(at + 2 * step, words, 2);
  return v128.load_lane<u32>(at + 3 * step, words, 3);
}
