/** Augmentation by rotation, zoom and shear. */
import type { Random } from '../../numbers/random.js';

/** Each value x gives a uniform draw from -x to x. Each is off by default. */
export interface Affine {
  /** Degrees. */
  rotate?: number;
  /** Relative change of size, below 1: 0.1 gives 90 % to 110 %. */
  zoom?: number;
  /** Pixels to the side for each pixel down. */
  shear?: number;
}

/**
 * Draws an affine map.
 *
 * @returns [a, b, c, d]: (down, right) from the center of the new picture is (a down + b right, c down + d right) in the old
 *   one
 */
export function affineMatrix(
  { rotate = 0, zoom = 0, shear = 0 }: Affine,
  random: Random,
): [number, number, number, number] {
  // A change that is off does not draw.
  const within = (limit: number) => (limit === 0 ? 0 : (2 * random.next() - 1) * limit);
  const angle = (within(rotate) * Math.PI) / 180;
  const scale = 1 / (1 + within(zoom));
  const lean = within(shear);
  const [cos, sin] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  return [cos, sin, lean * cos - sin, cos + lean * sin];
}
