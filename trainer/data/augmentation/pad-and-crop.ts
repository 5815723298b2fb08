/** Pad and crop, the usual augmentation for CIFAR: a black border, then a random window of the picture's size. */
import { shiftImage } from './shift.js';

/**
 * Copies the window at (top, left) of the picture with `padding` zeros on every side. The picture is at
 * (padding, padding), so this is a shift by (padding - top, padding - left).
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
