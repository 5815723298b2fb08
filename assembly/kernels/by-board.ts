import {
  OP_ADDEND,
  OP_CUTS,
  OP_INPUT,
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_OPCODE,
  OP_PADDING_LEFT,
  OP_PADDING_TOP,
  OP_SHIFT,
  OP_STRIDE_X,
  OP_STRIDE_Y,
} from '../layout';
import { filtersOf } from '../op';
import { parametersOf, weightsOf } from '../place';
import { channels, height, offset, opRecord, planes, type, width } from '../tensor';
import { layer } from './board';

/** Runs one op in the board's own code. */
export function runByBoard(model: usize, arena: usize, scratch: usize, index: u32): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  const output = index + 1;
  const addend: u32 = load<u16>(op + OP_ADDEND);
  layer(
    load<u8>(op + OP_OPCODE),
    arena + offset(model, input),
    type(model, input),
    height(model, input),
    width(model, input),
    channels(model, input),
    planes(model, input),
    load<u8>(op + OP_KERNEL_HEIGHT),
    load<u8>(op + OP_KERNEL_WIDTH),
    load<u8>(op + OP_STRIDE_Y),
    load<u8>(op + OP_STRIDE_X),
    load<u8>(op + OP_PADDING_TOP),
    load<u8>(op + OP_PADDING_LEFT),
    weightsOf(model, op),
    filtersOf(op),
    arena + offset(model, output),
    type(model, output),
    height(model, output),
    width(model, output),
    planes(model, output),
    load<u8>(op + OP_CUTS),
    parametersOf(model, op),
    load<u8>(op + OP_SHIFT),
    arena + offset(model, addend),
    addend == 0 ? 0 : channels(model, addend),
    scratch,
  );
}
