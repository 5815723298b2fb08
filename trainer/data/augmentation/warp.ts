/**
 * Augmentation by distortion. Each pixel is read from a slightly different place:
 *
 *     target(p) = source(c + A (p - c) + d(p)),    c the center
 *
 * A rotates, zooms and shears (affine.ts), d stretches (elastic.ts). Between pixels the value is interpolated linearly;
 * outside the picture it is 0. The result is rounded to integers, as an integer engine gets them.
 */
import type { Random } from '../../numbers/random.js';
import { type Affine, affineMatrix } from './affine.js';
import { displacements } from './elastic.js';

/** Each change is off by default. */
export interface Warp extends Affine {
  /** Standard deviation of the smooth moves of points, in pixels and in either direction. */
  elastic?: number;
}

/** Draws a warp and applies it. */
export function warpImage(
  source: Uint8Array,
  target: Uint8Array,
  shape: readonly [number, number, number],
  { elastic, ...affine }: Warp,
  random: Random,
): void {
  const [height, width] = shape;
  const [a, b, c, d] = affineMatrix(affine, random);
  const moved = elastic ? displacements(height, width, elastic, random) : undefined;
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const [down, right] = [y - middleY, x - middleX];
      const fromY = middleY + a * down + b * right + (moved ? moved.down[pixel] : 0);
      const fromX = middleX + c * down + d * right + (moved ? moved.right[pixel] : 0);
      interpolate(source, shape, fromY, fromX, target, pixel);
    }
  }
}

/** Interpolates all channels of one pixel between four. */
function interpolate(
  source: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  y: number,
  x: number,
  target: Uint8Array,
  pixel: number,
): void {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [below, after] = [y - top, x - left];
  for (let channel = 0; channel < channels; channel++) {
    const at = (row: number, column: number) =>
      row < 0 || row >= height || column < 0 || column >= width
        ? 0
        : source[(row * width + column) * channels + channel];
    const upper = at(top, left) * (1 - after) + at(top, left + 1) * after;
    const lower = at(top + 1, left) * (1 - after) + at(top + 1, left + 1) * after;
    target[pixel * channels + channel] = Math.round(upper * (1 - below) + lower * below);
  }
}
