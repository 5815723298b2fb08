import { OP_INPUT } from '../layout';
import { parametersOf } from '../place';
import { height, offset, opRecord, pixelBytes, width } from '../tensor';
import { fromX, fromY, left, moveWindow, openWindow, top, toX, toY } from './window';

/**
 * Computes a max-pool of bits, a word of channels at a time. The maximum of activations is their OR. If a
 * threshold is inverted, the activation of the largest sum is their AND: the mask has a 1 for those channels.
 */
export function maxPoolBits(model: usize, arena: usize, index: u32): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  const mask = parametersOf(model, op);
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
      for (let word: u32 = 0; word < bytes; word += 4) {
        let any: u32 = 0;
        let all: u32 = 0xffffffff;
        for (let ky = fromY; ky < toY; ky++) {
          for (let kx = fromX; kx < toX; kx++) {
            const bits = load<u32>(from + ((top + ky) * inputWidth + (left + kx)) * bytes + word);
            any |= bits;
            all &= bits;
          }
        }
        const andMask = load<u32>(mask + word);
        store<u32>(to + word, (any & ~andMask) | (all & andMask));
      }
    }
  }
}
