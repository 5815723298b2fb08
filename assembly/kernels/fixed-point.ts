import { OP_ADDEND, OP_CUTS, OP_PARAMETERS, OP_SHIFT, TYPE_U8 } from '../../sdk/format/layout';
import { filtersOf } from '../op';
import { channels, offset, opRecord, type } from '../tensor';

// Sums as fixed-point numbers, activations or streams: clamp(((sum * multiplier + offset) >> shift) + addend)

let bytes: bool = false;
let shift: u32 = 0;
let filters: u32 = 0;
/** Numbers of a pixel: filters, or twice as many. */
let numbers: u32 = 0;
/** [numbers] multipliers, then low and high words of offsets. */
let parameters: usize = 0;
let addend: usize = 0;
let addendPixelBytes: u32 = 0;
/** How many filters have an addend. */
let added: u32 = 0;

/** Prepares for the sums of op `index`, whose outputs are bytes or streams. */
export function openFixedPoint(model: usize, arena: usize, index: u32): void {
  const op = opRecord(model, index);
  const cuts: u32 = load<u8>(op + OP_CUTS);
  const tensor: u32 = load<u16>(op + OP_ADDEND);
  bytes = type(model, index + 1) == TYPE_U8;
  shift = load<u8>(op + OP_SHIFT);
  filters = filtersOf(op);
  numbers = filters * cuts;
  parameters = model + load<u32>(op + OP_PARAMETERS);
  added = 0;
  if (tensor == 0) return;
  addend = arena + offset(model, tensor);
  addendPixelBytes = channels(model, tensor) << 1;
  added = channels(model, tensor) / cuts;
}

/** Where the addend of output pixel `pixel`, row by row, is. */
export function addendOf(pixel: u32): usize {
  return addend + pixel * addendPixelBytes;
}

/** Takes the sum of one filter at the pixel at `to`, whose addend is at `from`. */
export function putFixedPoint(to: usize, from: usize, filter: u32, sum: i32): void {
  const hasAddend = filter < added;
  from += filter << 1;
  for (let number = filter; number < numbers; number += filters, from += added << 1) {
    const multiplier = parameters + (number << 2);
    const low = multiplier + (numbers << 2);
    const high = low + (numbers << 2);
    const offset: i64 = ((<i64>load<i32>(high)) << 32) | load<u32>(low);
    let value = (<i64>sum * load<i32>(multiplier) + offset) >> shift;
    if (hasAddend) value += load<i16>(from);
    if (bytes) store<u8>(to + number, value < 0 ? 0 : value > 255 ? 255 : value);
    else store<i16>(to + (number << 1), value < -32768 ? -32768 : value > 32767 ? 32767 : value);
  }
}
