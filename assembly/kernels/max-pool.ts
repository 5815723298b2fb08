import { OP_INPUT, TYPE_BITS, TYPE_U8 } from '../layout';
import { height, offset, opRecord, pixelBytes, type, width } from '../tensor';
import { maxPoolBits } from './max-pool-bits';
import { loadNumber } from './number';
import { fromX, fromY, left, moveWindow, openWindow, top, toX, toY } from './window';

/** Computes the largest value of each window, channel by channel, of bits, bytes or a stream. */
export function maxPool(model: usize, arena: usize, index: u32): void {
  if (type(model, index + 1) == TYPE_BITS) maxPoolBits(model, arena, index);
  else maxPoolNumbers(model, arena, index);
}

/** Computes the largest value of each window, channel by channel, of bytes or a stream. */
export function maxPoolNumbers(model: usize, arena: usize, index: u32): void {
  const size: u32 = type(model, index + 1) == TYPE_U8 ? 1 : 2;
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  const bytes = pixelBytes(model, input);
  const inputWidth = width(model, input);
  const from = arena + offset(model, input);
  let to = arena + offset(model, index + 1);
  openWindow(op, height(model, input), inputWidth);
  const outputHeight = height(model, index + 1);
  const outputWidth = width(model, index + 1);
  for (let y: u32 = 0; y < outputHeight; y++) {
    for (let x: u32 = 0; x < outputWidth; x++, to += bytes) {
      moveWindow(y, x);
      for (let at: u32 = 0; at < bytes; at += size) {
        let largest: i32 = -32768;
        for (let ky = fromY; ky < toY; ky++) {
          for (let kx = fromX; kx < toX; kx++) {
            const pixel = from + ((top + ky) * inputWidth + (left + kx)) * bytes;
            largest = max(largest, loadNumber(pixel + at, size));
          }
        }
        if (size == 1) store<u8>(to + at, largest);
        else store<i16>(to + at, largest);
      }
    }
  }
}
