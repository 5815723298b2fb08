import { OP_INPUT, OP_PARAMETERS, WORD_BITS } from '../../../layout';
import { offset, opRecord, planes, wordsFor } from '../../../tensor';
import { openOutputAt } from '../../epilogue';
import { clear } from '../clear';
import { ownTables } from './addresses';
import {
  bundleBytes,
  bundles,
  chunkBytes,
  chunks,
  entryBytes,
  filters,
  givesBits,
  groups,
  inputPlanes,
  limitsPerSum,
  outputWidth,
  phasesX,
  phasesY,
  planeBytes,
  resultBytes,
  steps,
  tileBytes,
} from './layer';

// The memory of a run of the open layer.

export let activations: usize = 0;
export let tile: usize = 0;
export let tables: usize = 0;
export let sums: usize = 0;
/** Differing bits of eight filters and 32 pixels, int16 [filter][pixel]. */
export let wide: usize = 0;
/**
 * Results of a tile: bits [byte of the output's pixel][pixel], or sums of eight filters, int32 [pixel][8].
 */
export let results: usize = 0;
/** The sums that bits 3 to 6 of a pattern add, for two vectors. */
export let differences: usize = 0;
/** Bytes of 16 pixels' words. */
export let rows: usize = 0;

export let image: usize = 0;
export let output: usize = 0;
export let weights: usize = 0;
/** [limit of a sum][filter] limits on x, or popcounts of the filters. */
export let limits: usize = 0;
/** [limit of a sum][word] bits that invert the comparison. */
export let invert: usize = 0;
/** Bits from a sum's first output to its second one. */
export let secondOutput: u32 = 0;

/** Finds the memory of a run of the open layer, op `index`, and clears what has to be zero. The output goes to `target`. */
export function placeTable(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  target: usize,
  index: u32,
): void {
  const op = opRecord(model, index);
  activations = scratch;
  tile = activations + inputPlanes * groups * phasesY * phasesX * planeBytes;
  tables = ownTables();
  sums = tile + tileBytes;
  wide = sums + chunks * chunkBytes;
  results = wide + 512;
  differences = results + resultBytes;
  rows = differences + 128;
  clear(tile, tileBytes);
  clear(tables + bundleBytes - entryBytes, entryBytes);

  image = arena + offset(model, load<u16>(op + OP_INPUT));
  output = target;
  weights = expanded;
  limits = expanded + bundles * steps * filters * 18;
  invert = model + load<u32>(op + OP_PARAMETERS) + ((limitsPerSum * filters) << 2);
  secondOutput = planes(model, index + 1) == 2 ? wordsFor(filters) * WORD_BITS : filters;
  if (!givesBits) openOutputAt(model, arena, target, outputWidth, index);
}
