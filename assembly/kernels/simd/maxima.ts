import { OP_INPUT, TYPE_U8 } from '../../layout';
import { height, offset, opRecord, pixelBytes, type, width } from '../../tensor';
import { fromX, fromY, left, moveWindow, openWindow, top, toX, toY } from '../window';
import { putBytes } from './part';

/**
 * Computes a max-pool of bytes or of a stream, 16 bytes of a pixel's channels at a time. It reads up to 15
 * bytes beyond the last channel.
 */
export function maxima(model: usize, arena: usize, index: u32): void {
  const input: u32 = load<u16>(opRecord(model, index) + OP_INPUT);
  const bytes = pixelBytes(model, input);
  const readsBytes = type(model, input) == TYPE_U8;
  const inputWidth = width(model, input);
  const rowBytes = inputWidth * bytes;
  const image = arena + offset(model, input);
  let to = arena + offset(model, index + 1);
  openWindow(opRecord(model, index), height(model, input), inputWidth);
  const outputHeight = height(model, index + 1);
  const outputWidth = width(model, index + 1);
  for (let y: u32 = 0; y < outputHeight; y++) {
    for (let x: u32 = 0; x < outputWidth; x++, to += bytes) {
      moveWindow(y, x);
      const corner = image + ((top + fromY) * inputWidth + (left + fromX)) * bytes;
      const rows = (toY - fromY) * rowBytes;
      const columns = (toX - fromX) * bytes;
      for (let at: u32 = 0; at < bytes; at += 16) {
        let largest = v128.load(corner + at);
        for (let row = corner + at, end = row + rows; row < end; row += rowBytes) {
          for (let pixel = row, last = row + columns; pixel < last; pixel += bytes) {
            const values = v128.load(pixel);
            largest = readsBytes ? i8x16.max_u(largest, values) : i16x8.max_s(largest, values);
          }
        }
        putBytes(to + at, largest, min(bytes - at, 16));
      }
    }
  }
}
