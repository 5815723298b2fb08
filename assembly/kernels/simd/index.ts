import {
  OP_CUTS,
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_OPCODE,
  OP_STRIDE_X,
  OP_STRIDE_Y,
  OPCODE_BINARY_CONVOLUTION,
  SECTION_ALIGNMENT,
} from '../../../sdk/format/layout';
import { opRecord } from '../../tensor';
import {
  chooseTable,
  expandTable,
  openTable,
  tableConvolution,
  tableExpandedBytes,
  tableScratchBytes,
} from './table';

// Which kernel each op runs on. What was decided at load lies behind the scratch memory: for each op two words, the
// table kernel's choice (0: another kernel) and where the op's expanded weights are; then those weights.

let entries: usize = 0;
/** The least scratch memory that any op leaves unused would fault a vector that reads beyond its row. */
let needed: u32 = 0;

function choose(model: usize, index: u32): u32 {
  const op = opRecord(model, index);
  const table =
    load<u8>(op + OP_OPCODE) == OPCODE_BINARY_CONVOLUTION &&
    load<u8>(op + OP_CUTS) != 0 &&
    load<u8>(op + OP_KERNEL_HEIGHT) == 3 &&
    load<u8>(op + OP_KERNEL_WIDTH) == 3 &&
    load<u8>(op + OP_STRIDE_Y) == 1 &&
    load<u8>(op + OP_STRIDE_X) == 1;
  return table ? chooseTable(model, index) : 0;
}

/** Bytes of scratch memory that the vector kernels need for all ops. */
export function simdScratchBytes(model: usize, count: u32): u32 {
  needed = 0;
  for (let index: u32 = 0; index < count; index++) {
    const choice = choose(model, index);
    if (choice == 0) continue;
    openTable(model, index, choice);
    needed = max(needed, tableScratchBytes());
  }
  return needed;
}

/** Where the expanded weights end, if their table starts at `start`. */
export function simdEnd(model: usize, count: u32, start: usize): u64 {
  entries = start;
  let at: u64 = align(<u64>start + count * 8);
  for (let index: u32 = 0; index < count; index++) {
    const choice = choose(model, index);
    if (choice == 0) continue;
    openTable(model, index, choice);
    at += tableExpandedBytes();
  }
  return at;
}

/** Fills the memory that `simdEnd` asked for. */
export function simdExpand(model: usize, count: u32): void {
  let at = <usize>align(<u64>entries + count * 8);
  for (let index: u32 = 0; index < count; index++) {
    const choice = choose(model, index);
    store<u32>(entries + (index << 3), choice);
    store<u32>(entries + (index << 3), at, 4);
    if (choice == 0) continue;
    openTable(model, index, choice);
    expandTable(model, index, at);
    at += tableExpandedBytes();
  }
}

/** Runs an op, if a vector kernel was chosen for it. */
export function simdRun(model: usize, arena: usize, scratch: usize, index: u32): bool {
  const choice = load<u32>(entries + (index << 3));
  if (choice == 0) return false;
  openTable(model, index, choice);
  tableConvolution(model, arena, scratch, load<u32>(entries + (index << 3), 4), index);
  return true;
}

function align(address: u64): u64 {
  return (address + SECTION_ALIGNMENT - 1) & ~(<u64>SECTION_ALIGNMENT - 1);
}
