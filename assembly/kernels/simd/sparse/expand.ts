import { BLOCK_FILTERS, OP_WEIGHTS } from '../../../layout';
import { BIT_TABLE_BYTES } from '../../../plans/sparse-plan';
import { opRecord } from '../../../tensor';
import { filters, inputChannels, kernelHeight, kernelWidth, lanes, pixels, seenRows, strideY } from './layer';
import { writeBitTable } from './lists';

/**
 * Writes the bit table and the weights of the open layer, op `index`, as [filters of a vector][row][column][channel]
 * vectors, whose bits have the order of ./sums. A pixel that does not see the row has zeros.
 */
export function expandSparse(model: usize, index: u32, expanded: usize): void {
  writeBitTable(expanded);
  const weights = model + load<u32>(opRecord(model, index) + OP_WEIGHTS);
  const rowInputs = kernelWidth * inputChannels;
  const wordStep = (kernelHeight * rowInputs) << 2;
  let to = expanded + BIT_TABLE_BYTES;
  for (let first: u32 = 0; first < filters; first += lanes) {
    const block = weights + (first / BLOCK_FILTERS) * wordStep;
    for (let row: u32 = 0; row < seenRows; row++) {
      for (let input: u32 = 0; input < rowInputs; input++, to += 16) {
        for (let pixel: u32 = 0; pixel < pixels; pixel++) {
          const ky = row - pixel * strideY;
          const at = to + pixel * (lanes >>> 3);
          const vector =
            ky < kernelHeight
              ? reorder(block + ((ky * rowInputs + input) << 2), wordStep, filters - first)
              : i64x2.splat(0);
          if (lanes == 128) v128.store(at, vector);
          else if (lanes == 64) v128.store_lane<u64>(at, vector, 0);
          else v128.store_lane<u32>(at, vector, 0);
        }
      }
    }
    v128.store(to, i64x2.splat(0));
    to += 16;
  }
}

/** Returns the weights of one input for `left` filters, at most `lanes`, in the order of ./sums. */
function reorder(from: usize, wordStep: u32, left: u32): v128 {
  let vector = i64x2.splat(0);
  const row = lanes >>> 3;
  for (let j: u32 = 0, filter: u32 = 0; j < 8 && filter < left; j++, filter += row) {
    const bits = load<u32>(from + (filter / BLOCK_FILTERS) * wordStep) >>> (filter % BLOCK_FILTERS);
    vector = v128.or(vector, v128.and(bytesOf(bits), i8x16.splat(<i8>((<u32>1) << j))));
  }
  return vector;
}

/** Returns a vector whose byte i is -1 if bit i of a word is set, else 0. */
function bytesOf(bits: u32): v128 {
  const all = i32x4.splat(bits);
  const spread = i8x16.shuffle(all, all, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const places = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  return i8x16.eq(v128.and(spread, places), places);
}
