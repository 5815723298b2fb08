import { binaryConvolution } from './kernels/binary-convolution';
import { runByBoard } from './kernels/by-board';
import { int8Convolution } from './kernels/int8-convolution';
import { maxPool } from './kernels/max-pool';
import { simdRun } from './kernels/simd/index';
import { sumPool } from './kernels/sum-pool';
import { OP_OPCODE, OPCODE_BINARY_CONVOLUTION, OPCODE_INT8_CONVOLUTION, OPCODE_MAX_POOL } from './layout';
import { opRecord } from './tensor';

/** Runs one op on one thread. */
export function runAlone(model: usize, arena: usize, scratch: usize, index: u32): void {
  if (isDefined(BOARD_KERNELS)) runByBoard(model, arena, scratch, index);
  else if (!ASC_FEATURE_SIMD || !simdRun(model, arena, scratch, index))
    runScalar(model, arena, scratch, index);
}

function runScalar(model: usize, arena: usize, scratch: usize, index: u32): void {
  const opcode: u32 = load<u8>(opRecord(model, index) + OP_OPCODE);
  if (opcode == OPCODE_INT8_CONVOLUTION) int8Convolution(model, arena, scratch, index);
  else if (opcode == OPCODE_BINARY_CONVOLUTION) binaryConvolution(model, arena, scratch, index);
  else if (opcode == OPCODE_MAX_POOL) maxPool(model, arena, index);
  else sumPool(model, arena, index);
}
