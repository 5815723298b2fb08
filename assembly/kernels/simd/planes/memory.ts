import { openOutputAt } from '../../epilogue';
import { inputBytes, offsetBytes, outputWidth, phases, places, planeBytes, rowPlanes } from './layer';

// The memory of a run of the open layer.

export let planes: usize = 0;
/** Bits of eight filters and a block: 16 pixels a byte each or 16 cells a word each, for both thresholds. */
export let lanes: usize = 0;
/** All bits of a block: [byte of the output's pixel][pixel]. */
export let bits: usize = 0;
export let offsets: usize = 0;
export let weights: usize = 0;
export let target: usize = 0;
/** Bytes from the first vector of sums to the second, and from the third to the fourth. */
export let nextVector: u32 = 0;

/** Finds the memory of a run of the open layer, op `index`. The output goes to `to`. */
export function placePlanes(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  to: usize,
  index: u32,
): void {
  openOutputAt(model, arena, to, outputWidth, index);
  const placeBytes = rowPlanes * phases * planeBytes;
  planes = scratch + inputBytes;
  lanes = planes + placeBytes * places;
  bits = lanes + 128;
  nextVector = places == 2 ? placeBytes : 16;
  target = to;
  weights = expanded + offsetBytes();
  offsets = expanded;
}
