/** Augmentation: the same picture turned, zoomed and leaning a little. */
import type { Random } from '../../numbers/random.js';

/** Each is drawn evenly from -x to x; what is not named stays. */
export interface Affine {
  /** Degrees. */
  rotate?: number;
  /** Of the size: 0.1 gives 90 % to 110 %. Below 1. */
  zoom?: number;
  /** Pixels to the side for each pixel down. */
  shear?: number;
}

/**
 * @returns [a, b, c, d]: (down, right) from the center of the new picture lies at (a down + b right, c down + d right)
 *   of the old
 */
export function affineMatrix(
  { rotate = 0, zoom = 0, shear = 0 }: Affine,
  random: Random,
): [number, number, number, number] {
  // Nothing is drawn for what stays.
  const within = (limit: number) => (limit === 0 ? 0 : (2 * random.next() - 1) * limit);
  const angle = (within(rotate) * Math.PI) / 180;
  const scale = 1 / (1 + within(zoom));
  const lean = within(shear);
  const [cos, sin] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  return [cos, sin, lean * cos - sin, cos + lean * sin];
}
