import { OP_WEIGHTS } from '../../../layout';
import { opRecord } from '../../../tensor';
import { inputChannels, kernelHeight, kernelWidth } from '../padded';
import {
  filters,
  items,
  offsetBytes,
  openPlanes,
  outputWidth,
  phases,
  places,
  planeBytes,
  rowPlanes,
  rowStep,
} from './layer';

/** In place of a second value: a pair that has none. */
const NONE: u32 = 0xffffffff;

/**
 * Writes what a run reads in place of the file's weights:
 *
 * - [item][2] offsets: of the first vector of sums, and of the third
 * - [8 filters][2 filters][item][filter][2] weights, pairs of filters from the last of eight to the first
 */
export function expandPlanes(model: usize, index: u32, to: usize, pool: bool): void {
  openPlanes(model, index, pool);
  expandOffsets(pool ? rowStep >>> 1 : 0, to);
  expandWeights(model + load<u32>(opRecord(model, index) + OP_WEIGHTS), to + offsetBytes());
}

/**
 * Writes the offsets of all items.
 *
 * @param strideY rows from the first vector of sums down to the third; 0: it is two vectors behind the first
 */
function expandOffsets(strideY: u32, to: usize): void {
  const behind: u32 = places == 2 ? 0 : 32;
  const whole = (kernelWidth * inputChannels) >>> 1;
  for (let ky: u32 = 0; ky < kernelHeight; ky++) {
    for (let plane: u32 = 0; plane < whole; plane++, to += 8) {
      store<u32>(to, offsetOf(plane, ky));
      store<u32>(to, offsetOf(plane, ky + strideY) + behind, 4);
    }
  }
  if (whole == rowPlanes) return;
  for (let ky: u32 = 0; ky < kernelHeight; ky += 2, to += 8) {
    store<u32>(to, offsetOf(whole, ky));
    store<u32>(to, offsetOf(whole, ky + strideY) + behind, 4);
  }
}

/** Returns the bytes from the first plane to pair `plane` of window row `ky` of the first output pixel. */
function offsetOf(plane: u32, ky: u32): u32 {
  return (plane * phases + (ky % rowStep)) * planeBytes + (ky / rowStep) * outputWidth * 4;
}

function expandWeights(from: usize, to: usize): void {
  const row = kernelWidth * inputChannels;
  const whole = row & ~1;
  for (let ky: u32 = 0; ky < kernelHeight; ky++) {
    for (let value: u32 = 0; value < whole; value += 2, to += 8) {
      expandItem(from, ky * row + value, ky * row + value + 1, to);
    }
  }
  if (whole == row) return;
  for (let ky: u32 = 0; ky < kernelHeight; ky += 2, to += 8) {
    const last = ky * row + whole;
    expandItem(from, last, ky + 1 < kernelHeight ? last + row : NONE, to);
  }
}

/** Writes the two weights of one item for every filter. */
function expandItem(weights: usize, first: u32, second: u32, to: usize): void {
  const window = kernelHeight * kernelWidth * inputChannels;
  for (let block: u32 = 0; block < filters; block += 8) {
    for (let pair: u32 = 8; pair > 0; to += items << 3) {
      pair -= 2;
      for (let filter = block + pair, at = to; filter < block + pair + 2; filter++, at += 4) {
        const row = weights + filter * window;
        const exists = filter < filters;
        store<i16>(at, exists ? load<i8>(row + first) : 0);
        store<i16>(at, exists && second != NONE ? load<i8>(row + second) : 0, 2);
      }
    }
  }
}
