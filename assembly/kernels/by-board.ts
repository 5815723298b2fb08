import {
  LAYER_ADDEND,
  LAYER_ADDEND_CHANNELS,
  LAYER_BYTES,
  LAYER_INPUT,
  LAYER_INPUT_CHANNELS,
  LAYER_INPUT_HEIGHT,
  LAYER_INPUT_PLANES,
  LAYER_INPUT_TYPE,
  LAYER_INPUT_WIDTH,
  LAYER_KERNEL_HEIGHT,
  LAYER_OPCODE,
  LAYER_OUTPUT,
  LAYER_OUTPUTS_PER_SUM,
  LAYER_PARAMETERS,
  LAYER_POOL_WIDTH,
  LAYER_SCRATCH,
  LAYER_SHIFT,
  LAYER_WEIGHTS,
  OP_ADDEND,
  OP_INPUT,
  OP_KERNEL_HEIGHT,
  OP_OPCODE,
  OP_OUTPUTS_PER_SUM,
  OP_SHIFT,
  WORD_BYTES,
} from '../layout';
import { parametersOf, weightsOf } from '../place';
import { channels, height, offset, opRecord, planes, type, width } from '../tensor';
import { layer } from './board';

/** Runs one op by the board's own code. */
export function runByBoard(model: usize, arena: usize, scratch: usize, index: u32): void {
  // Data of a function is only in the builds that have the function.
  const call = memory.data(LAYER_BYTES, WORD_BYTES);
  const op = opRecord(model, index);
  store<u32>(call, load<u8>(op + OP_OPCODE), LAYER_OPCODE);
  store<u32>(call, load<u8>(op + OP_OUTPUTS_PER_SUM), LAYER_OUTPUTS_PER_SUM);
  store<u32>(call, load<u8>(op + OP_SHIFT), LAYER_SHIFT);
  // Kernel, stride, padding and pool have the same order in the record, a byte each, and in the struct, a word
  // each.
  for (let to = LAYER_KERNEL_HEIGHT, from = op + OP_KERNEL_HEIGHT; to <= LAYER_POOL_WIDTH; to += WORD_BYTES) {
    store<u32>(call + to, load<u8>(from++));
  }
  writeTensor(model, arena, load<u16>(op + OP_INPUT), call + LAYER_INPUT);
  writeTensor(model, arena, index + 1, call + LAYER_OUTPUT);
  store<u32>(call, weightsOf(model, op), LAYER_WEIGHTS);
  store<u32>(call, parametersOf(model, op), LAYER_PARAMETERS);
  const addend: u32 = load<u16>(op + OP_ADDEND);
  store<u32>(call, arena + offset(model, addend), LAYER_ADDEND);
  store<u32>(call, addend == 0 ? 0 : channels(model, addend), LAYER_ADDEND_CHANNELS);
  store<u32>(call, scratch, LAYER_SCRATCH);
  layer(call);
}

/** Writes the fields of the input or of the output, which have the same order. */
function writeTensor(model: usize, arena: usize, tensor: u32, to: usize): void {
  store<u32>(to, arena + offset(model, tensor));
  store<u32>(to, type(model, tensor), LAYER_INPUT_TYPE - LAYER_INPUT);
  store<u32>(to, height(model, tensor), LAYER_INPUT_HEIGHT - LAYER_INPUT);
  store<u32>(to, width(model, tensor), LAYER_INPUT_WIDTH - LAYER_INPUT);
  store<u32>(to, channels(model, tensor), LAYER_INPUT_CHANNELS - LAYER_INPUT);
  store<u32>(to, planes(model, tensor), LAYER_INPUT_PLANES - LAYER_INPUT);
}
