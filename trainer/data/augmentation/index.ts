/**
 * Augmentation: the same picture a little different each time, so that the network learns what does not change.
 *
 * Everything is drawn from the given random numbers, in one order: warp, crop or shift, flip, color jitter.
 */
import type { Random } from '../../numbers/random.js';
import { type ColorJitter, jitterColors } from './color-jitter.js';
import { flipImage } from './flip.js';
import { padAndCrop } from './pad-and-crop.js';
import { shiftImage } from './shift.js';
import { type Warp, warpImage } from './warp.js';

export type { ColorJitter } from './color-jitter.js';
export type { Warp } from './warp.js';

/** What to change, as plain data; what is not named stays. */
export interface Augmentation {
  /** How far a picture is turned, zoomed, sheared and stretched. */
  warp?: Warp;
  /** Pixels that a picture may move up, down, left and right. */
  shift?: number;
  /** Pixels of black around a picture, before a window of its own size is cut out anywhere. Instead of `shift`. */
  padAndCrop?: number;
  /** Mirrors every second picture, on average, left to right. */
  flip?: boolean;
  /** How far brightness, contrast and saturation may go. */
  colorJitter?: ColorJitter;
  /** Of image streams only: cuts out a random part of the file's picture, and scales it. Default: the center. */
  resizedCrop?: boolean;
}

/**
 * @param original height x width x channels bytes
 * @param target as long as `original`; whole numbers 0..255
 */
export function augment(
  original: Uint8Array,
  target: Float32Array,
  shape: readonly [number, number, number],
  { warp, shift, padAndCrop: padding, flip, colorJitter }: Augmentation,
  random: Random,
): void {
  let source = original;
  if (warp) {
    source = new Uint8Array(original.length);
    warpImage(original, source, shape, warp, random);
  }
  if (padding) {
    const [top, left] = [random.below(2 * padding + 1), random.below(2 * padding + 1)];
    padAndCrop(source, target, shape, padding, top, left);
  } else if (shift) {
    const [down, right] = [random.below(2 * shift + 1) - shift, random.below(2 * shift + 1) - shift];
    shiftImage(source, target, shape, down, right);
  } else {
    target.set(source);
  }
  if (flip && random.next() < 0.5) flipImage(target, shape);
  if (colorJitter) jitterColors(target, shape[2], colorJitter, random);
}
