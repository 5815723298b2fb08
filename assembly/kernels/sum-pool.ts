import { OP_INPUT, TYPE_U8 } from '../layout';
import { filtersOf } from '../op';
import { channels, height, offset, opRecord, pixelBytes, type, width } from '../tensor';
import { openOutput, openPixel, putSum } from './epilogue';
import { loadNumber } from './number';
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
} from './window';

/**
 * Computes the sum of each window, channel by channel. If there are half as many filters as channels, a sum
 * has channels c and filters + c. The taps of a window that is partly outside of the input count several
 * times to make up for the rest.
 */
export function sumPool(model: usize, arena: usize, index: u32): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  const filters = filtersOf(op);
  const inputChannels = channels(model, input);
  const inputWidth = width(model, input);
  const bytes = pixelBytes(model, input);
  const size: u32 = type(model, input) == TYPE_U8 ? 1 : 2;
  const image = arena + offset(model, input);
  openWindow(op, height(model, input), inputWidth);
  openOutput(model, arena, index);
  const whole = kernelHeight * kernelWidth;
  const outputHeight = height(model, index + 1);
  const outputWidth = width(model, index + 1);
  for (let y: u32 = 0; y < outputHeight; y++) {
    for (let x: u32 = 0; x < outputWidth; x++) {
      moveWindow(y, x);
      openPixel(y, x, false);
      const weight: i32 = whole / ((toY - fromY) * (toX - fromX));
      const corner = image + ((top + fromY) * inputWidth + (left + fromX)) * bytes;
      for (let filter: u32 = 0; filter < filters; filter++) {
        let sum: i32 = 0;
        for (let c = filter; c < inputChannels; c += filters) {
          sum += windowSum(corner + c * size, inputWidth * bytes, bytes, size);
        }
        putSum(filter, sum * weight);
      }
    }
  }
}

/** Sums one channel of the taps inside of the input. */
function windowSum(corner: usize, rowBytes: u32, bytes: u32, size: u32): i32 {
  let sum: i32 = 0;
  for (let rows = toY - fromY; rows > 0; rows--, corner += rowBytes) {
    let at = corner;
    for (let columns = toX - fromX; columns > 0; columns--, at += bytes) sum += loadNumber(at, size);
  }
  return sum;
}
