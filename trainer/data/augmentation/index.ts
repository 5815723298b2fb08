/**
 * Augmentation changes each picture a little every time, so that the network learns what does not change.
 *
 * All changes draw from the same random numbers, in a fixed order: warp, crop or shift, flip, color jitter.
 */
import type { Random } from '../../numbers/random.js';
import { type ColorJitter, jitterColors } from './color-jitter.js';
import { flipImage } from './flip.js';
import { padAndCrop } from './pad-and-crop.js';
import { shiftImage } from './shift.js';
import { type Warp, warpImage } from './warp.js';

export type { Affine } from './affine.js';
export type { ColorJitter } from './color-jitter.js';
export type { Warp } from './warp.js';

/** The changes as plain data. Each is off by default. */
export interface Augmentation {
  /** How much a picture is rotated, zoomed, sheared and stretched. */
  warp?: Warp;
  /** Maximum move in pixels up, down, left and right. */
  shift?: number;
  /** Pixels of black border, from which a window of the picture's size is cut. Excludes `shift`. */
  padAndCrop?: number;
  /** Mirrors every second picture, on average, left to right. */
  flip?: boolean;
  /** Strength of changes in brightness, contrast and saturation. */
  colorJitter?: ColorJitter;
  /** Cuts out a random part of the picture and scales it; image streams only. Default: the center. */
  resizedCrop?: boolean;
}

/**
 * Changes one picture.
 *
 * @param original height x width x channels bytes
 * @param target as long as `original`; gets integers 0..255
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
