/** Pad and crop, the usual augmentation for CIFAR: a black border, and a window of the picture's size somewhere in it. */
import { shiftImage } from './shift.js';

/**
 * The window at (top, left) of the picture with `padding` zeros on every side; the picture itself is at
 * (padding, padding). The same as a shift by (padding - top, padding - left).
 *
 * @param source height x width x channels bytes
 * @param target as long as `source`, a different array
 * @param top 0..2 * padding
 * @param left 0..2 * padding
 */
export function padAndCrop(
  source: Uint8Array,
  target: Uint8Array | Float32Array,
  shape: readonly [number, number, number],
  padding: number,
  top: number,
  left: number,
): void {
  shiftImage(source, target, shape, padding - top, padding - left);
}
