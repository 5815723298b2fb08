import { BLOCK_FILTERS, OP_PARAMETERS, OP_WEIGHTS } from '../../../layout';
import { opRecord } from '../../../tensor';
import { onesOf } from '../sliced';
import {
  bundleGroups,
  bundles,
  entryBytes,
  filters,
  givesBits,
  groupBits,
  groups,
  inputChannels,
  inputPlanes,
  kernelHeight,
  kernelWidth,
  limitsPerSum,
  phasesX,
  phasesY,
  steps,
  stride,
  strideX,
  strideY,
  tableBytes,
} from './layer';

/**
 * Writes what the kernel reads in place of the file's weights:
 *
 * - [bundle][step][filter][9 taps] offsets into the tables, u16
 * - [limit of a sum][filter] limits, i16: `sum >= threshold` is `x < limit`; without thresholds, popcounts of
 *   the filters
 */
export function expandTable(model: usize, index: u32, to: usize): void {
  const op = opRecord(model, index);
  const taps = kernelHeight * kernelWidth;
  const inputs = taps * inputChannels;
  const weights = model + load<u32>(op + OP_WEIGHTS);
  const zeros = bundleGroups * phasesY * phasesX * tableBytes;
  const slots = steps * 9;
  for (let bundle: u32 = 0; bundle < bundles; bundle++, to += filters * slots * 2) {
    let local: u32 = 0;
    let ky: u32 = 0;
    let kx: u32 = 0;
    for (let slot: u32 = 0; slot < slots; slot++) {
      const group = bundle * bundleGroups + local;
      const exists = local < bundleGroups && group < groups;
      const table = ((local * phasesY + (ky % strideY)) * phasesX + (kx % strideX)) * tableBytes;
      const place = table + (ky / strideY) * stride + kx / strideX;
      const first = group * groupBits;
      const input = (ky * kernelWidth + kx) * inputChannels + first;
      const count = exists ? min(groupBits, inputChannels - first) : 0;
      let at = to + (slot / 9) * filters * 18 + (slot % 9) * 2;
      for (let filter: u32 = 0; filter < filters; filter++, at += 18) {
        const words = weights + (((filter / BLOCK_FILTERS) * inputs + input) << 2);
        store<u16>(at, exists ? place + patternOf(words, count, filter % BLOCK_FILTERS) * entryBytes : zeros);
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
  const maxDifference: i64 = inputs * inputPlanes;
  for (let filter: u32 = 0; filter < filters; filter++) {
    const ones: i64 = <i64>onesOf(weights, inputs, filter) * inputPlanes;
    if (!givesBits) store<i16>(to + (filter << 1), <i16>ones);
    else {
      for (let k: u32 = 0; k < limitsPerSum; k++) {
        const at = k * filters + filter;
        const limit = ones - load<i32>(thresholds + (at << 2)) + 1;
        store<i16>(to + (at << 1), <i16>min(max(limit, 0), maxDifference + 1));
      }
    }
  }
}

/** Returns the weights of one filter and `count` inputs as bits; `bit` is the filter's bit in the words. */
function patternOf(words: usize, count: u32, bit: u32): u32 {
  let pattern: u32 = 0;
  for (let at = words + (count << 2); at > words; ) {
    at -= 4;
    pattern = (pattern << 1) | ((load<u32>(at) >>> bit) & 1);
  }
  return pattern;
}
