import { OP_PARAMETERS, OP_WEIGHTS } from '../../../layout';
import { opRecord, wordsFor } from '../../../tensor';
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
      const exists = local < bundleGroups && group < groups;
      const table = ((local * phasesY + (ky % strideY)) * phasesX + (kx % strideX)) * tableBytes;
      const place = table + (ky / strideY) * stride + kx / strideX;
      let row = weights + (ky * kernelWidth + kx) * tapBytes;
      let at = to + (slot / 9) * filters * 18 + (slot % 9) * 2;
      for (let filter: u32 = 0; filter < filters; filter++, row += taps * tapBytes, at += 18) {
        store<u16>(at, exists ? place + groupOf(row, group) * entryBytes : zeros);
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
  const maxDifference: i64 = taps * inputChannels * inputPlanes;
  for (let filter: u32 = 0; filter < filters; filter++) {
    const row = weights + filter * taps * tapBytes;
    let ones: i64 = 0;
    for (let at: u32 = 0; at < taps * tapBytes; at += 4) ones += popcnt<u32>(load<u32>(row + at));
    ones *= inputPlanes;
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

/** Returns the bits of one group's channels from a pixel's words. */
function groupOf(words: usize, group: u32): u32 {
  const bit = group * groupBits;
  const left = min(groupBits, inputChannels - bit);
  return (<u32>load<u16>(words + (bit >>> 3)) >>> (bit & 7)) & (((<u32>1) << left) - 1);
}
