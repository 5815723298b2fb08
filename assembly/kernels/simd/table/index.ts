import { wordsFor } from '../../../tensor';
import { writeTileBits } from './bits';
import { buildTable, cutOut } from './build';
import {
  bundleGroups,
  bundles,
  chunkBytes,
  filters,
  givesBits,
  groupBits,
  groups,
  inputChannels,
  inputPlanes,
  phasesX,
  phasesY,
  planeBytes,
  planeStride,
  steps,
  tableBytes,
  tileHeight,
  tilesAcross,
  tileWidth,
  vectors,
} from './layer';
import { activations, placeTable, sums, tables, weights } from './memory';
import { writeTileNumbers } from './numbers';
import { tableParts, tileParts } from './parts';
import { spreadTable } from './spread';
import { first, next } from './steps';

// Binary convolution by tables over the activations ("Four Russians"):
//
//     sum = popcount(w) - x,   x = the bits in which activations and weights differ, over taps and channels
//
// Channels are divided into groups of 4 to 7. For one group and one tile of pixels, the table has an entry
// for each pattern p that a filter's weights can have in one tap: popcount(a ^ p), the differing bits of
// every pixel. A filter reads nine entries, each shifted by its tap, and adds them up: one load and one
// addition for 32 pixels with 9 x 7 products each.
//
// A byte has two pixels, one in each nibble: pixels q and q + 16 x vectors of the tile, counted row by row
// with a step of `stride`. A padded pixel is 0, differs in popcount(w) bits, and so adds nothing to the sum.
//
// Windows: a step adds any nine taps. 3x3 has one step a group, 5x5 three; 1x1 has nine groups in a step, 2x2
// two. A stride splits the input into phases, by the residues of rows and columns: within a phase the stride
// is 1. Taps that are left over read an entry of zeros.
//
// The sums become bits, by limits on x, or other outputs by `putRun`. In both cases `widenEight` adds up the
// chunks.
//
// No overflow: a step adds at most 9 x groupBits <= 63 to a byte, and a chunk has at most 255 / (9 x
// groupBits) steps; two taps of 7 or three of 5 fit a nibble; the plan rejects layers whose x could exceed
// 32766, and limits reach 32767; a sum is between -x and popcount(w), and neither exceeds 32766.
//
// Threads: parts are tiles, or a tile's filters in ranges of whole words. Each thread has memory of its own
// with all of the activations in it (`spreadTable`). Ranges build the same table again, which is a small part
// of their work.

export function tableConvolution(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  target: usize,
  index: u32,
): void {
  placeTable(model, arena, scratch, expanded, target, index);
  spreadTable();
  const parts = tableParts(1);
  for (let part: u32 = 0; part < parts; part++) tablePart(part);
}

/** Computes one of the parts of the last call of `tableParts`. */
export function tablePart(part: u32): void {
  const place = part / tileParts;
  const y = (place / tilesAcross) * tileHeight;
  const x = (place % tilesAcross) * tileWidth;
  const range = part % tileParts;
  const words = wordsFor(filters);
  const from = ((words * range) / tileParts) << 5;
  const to = min(((words * (range + 1)) / tileParts) << 5, filters);
  addUp(y * planeStride + x, from, to - from);
  if (givesBits) writeTileBits(y, x, from, to);
  else writeTileNumbers(y, x, from, to);
}

/**
 * Computes sums[chunk][filter][vector], the differing bits of a tile that starts at `place` of each plane,
 * for `count` filters from `start` on.
 */
function addUp(place: u32, start: u32, count: u32): void {
  const pairs = groupBits > 5;
  const restBits = inputChannels - (groups - 1) * groupBits;
  const phases = phasesY * phasesX;
  const chunkSteps = 255 / (9 * groupBits);
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
          buildTable(table, size);
        }
      }
      for (let step: u32 = 0; step < steps; step++, row += filters * 18) {
        if (inChunk == chunkSteps) {
          inChunk = 0;
          to += chunkBytes;
        }
        if (inChunk++ == 0) first(pairs, vectors, row, tables, to, count);
        else next(pairs, vectors, row, tables, to, count);
      }
    }
  }
}
