import { OP_INPUT } from '../../layout';
import { channels, height, opRecord, width } from '../../tensor';
import { setInputs } from './sparse/density';
import { expandSparse } from './sparse/expand';
import { openSparse, sparseExpanded } from './sparse/layer';
import { expandTable } from './table/expand';
import { openTable, shareOfSparse } from './table/layer';

// An op with a plan of the table kernel is run by the sparse kernel where few of its inputs are not 0. Its expanded weights
// are HEADER_BYTES with the largest number of such inputs, the weights of the sparse kernel, and those of the table
// kernel.

export const TABLE_HEADER_BYTES: u32 = 16;

/** Writes the expanded weights of op `index` for both kernels. */
export function expandTableAndSparse(model: usize, index: u32, to: usize, choice: u32): void {
  const fits = openSparse(model, index);
  openTable(model, index, choice);
  const input: u32 = load<u16>(opRecord(model, index) + OP_INPUT);
  const inputs = <f64>height(model, input) * width(model, input) * channels(model, input);
  store<u32>(to, fits ? <u32>(shareOfSparse() * inputs) : 0);
  if (fits) expandSparse(model, index, to + TABLE_HEADER_BYTES);
  expandTable(model, index, to + TABLE_HEADER_BYTES + sparseExpanded());
}

/** Opens op `index` for the sparse kernel. @returns whether it takes less work than the table kernel */
export function prefersSparse(model: usize, arena: usize, expanded: usize, index: u32): bool {
  const limit = load<u32>(expanded);
  return openSparse(model, index) && setInputs(model, arena, index) <= limit;
}
