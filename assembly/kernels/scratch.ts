import { OP_OPCODE, OPCODE_BINARY_CONVOLUTION, OPCODE_INT8_CONVOLUTION } from '../layout';
import { opRecord } from '../tensor';
import { binaryScratchBytes } from './binary-convolution';
import { int8ScratchBytes } from './int8-convolution';

/** Returns the bytes of scratch memory that an op needs on its scalar kernel. */
export function scalarScratchBytes(model: usize, index: u32): u64 {
  const opcode: u32 = load<u8>(opRecord(model, index) + OP_OPCODE);
  if (opcode == OPCODE_INT8_CONVOLUTION) return int8ScratchBytes(model, index);
  return opcode == OPCODE_BINARY_CONVOLUTION ? binaryScratchBytes(model, index) : 0;
}
