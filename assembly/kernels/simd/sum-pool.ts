import { OP_INPUT, TYPE_U8 } from '../../../sdk/format/layout';
import { filtersOf } from '../../op';
import { channels, height, offset, opRecord, pixelBytes, type, width } from '../../tensor';
import { openOutput } from '../epilogue';
import {
  fromX,
  fromY,
  kernelHeight,
  kernelWidth,
  left,
  moveWindow,
  openWindow,
  top,
  toX,
  toY,
} from '../window';
import { openAt, putEight } from './put';

// Sums of windows as ../sum-pool says, eight channels at a time. Beyond the last one it reads what happens to be there,
// at most 16 bytes, and `putEight` ignores it.

export function sumPoolEight(model: usize, arena: usize, index: u32): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  const filters = filtersOf(op);
  const inputChannels = channels(model, input);
  const inputWidth = width(model, input);
  const bytes = pixelBytes(model, input);
  const readsBytes = type(model, input) == TYPE_U8;
  const shift: u32 = readsBytes ? 0 : 1;
  const image = arena + offset(model, input);
  openWindow(op, height(model, input), inputWidth);
  openOutput(model, arena, index);
  const whole = kernelHeight * kernelWidth;
  const rowBytes = inputWidth * bytes;
  const outputHeight = height(model, index + 1);
  const outputWidth = width(model, index + 1);
  for (let y: u32 = 0; y < outputHeight; y++) {
    for (let x: u32 = 0; x < outputWidth; x++) {
      moveWindow(y, x);
      const pixel = openAt(y, x);
      const weight: i32 = whole / ((toY - fromY) * (toX - fromX));
      const corner = image + ((top + fromY) * inputWidth + (left + fromX)) * bytes;
      for (let filter: u32 = 0; filter < filters; filter += 8) {
        let low = i32x4.splat(0);
        let high = i32x4.splat(0);
        for (let channel = filter; channel < inputChannels; channel += filters) {
          let row = corner + (channel << shift);
          for (let ky = fromY; ky < toY; ky++, row += rowBytes) {
            let at = row;
            for (let kx = fromX; kx < toX; kx++, at += bytes) {
              const values = readsBytes ? v128.load8x8_u(at) : v128.load(at);
              low = i32x4.add(low, i32x4.extend_low_i16x8_s(values));
              high = i32x4.add(high, i32x4.extend_high_i16x8_s(values));
            }
          }
        }
        if (weight != 1) {
          low = i32x4.mul(low, i32x4.splat(weight));
          high = i32x4.mul(high, i32x4.splat(weight));
        }
        putEight(pixel, filter, low, high);
      }
    }
  }
}
