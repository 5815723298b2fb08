import { ImageError } from '../errors.js';
import { isByteArray, tagOf } from '../realm.js';

/**
 * An image in memory, row by row from the top left, channels last, one byte a channel. The browser's
 * `ImageData` is one.
 *
 * The number of channels follows from the size: 1 gray; 3 red, green, blue; 4 with alpha, not premultiplied.
 */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** height x width x channels bytes. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** If given, it is checked against the size of `data`. */
  readonly channels?: number;
}

/** 1 gray; 3 red, green, blue; 4 with alpha. */
export type PixelChannels = 1 | 3 | 4;

/** The width, height and channels of an image. */
export interface PixelShape {
  readonly width: number;
  readonly height: number;
  readonly channels: PixelChannels;
}

/** The largest side in pixels: with more, sums would no longer be exact. */
export const MAX_SIDE = 32768;

/**
 * Returns the shape of an image after checking it against its bytes.
 *
 * @throws {ImageError} `image-too-large`, `wrong-image-type` or `wrong-image-size`
 */
export function shapeOf(pixels: Pixels): PixelShape {
  const { width, height, data } = pixels ?? {};
  requireSides(width, height);
  if (!isBytes(data)) {
    const type = tagOf(data);
    throw new ImageError(
      'wrong-image-type',
      `The pixels must be a Uint8Array, a Uint8ClampedArray or an ImageData of bytes; received ${type}.`,
      { received: type, expected: 'Uint8Array' },
    );
  }
  const channels = data.length / (width * height);
  const isKnown = channels === 1 || channels === 3 || channels === 4;
  if (!isKnown || (pixels.channels !== undefined && pixels.channels !== channels)) {
    const expected = [1, 3, 4].map((count) => count * width * height);
    const claimed = pixels.channels === undefined ? '' : ` and ${pixels.channels} channels`;
    throw new ImageError(
      'wrong-image-size',
      `An image of ${width} x ${height} pixels${claimed} has ${data.length} bytes; expected 1, 3 or 4 bytes a pixel (${expected.join(', ')}).`,
      { received: data.length, expected },
    );
  }
  return { width, height, channels };
}

/**
 * Checks the sides of an image.
 *
 * @throws {ImageError} `image-too-large` if a side is not a whole number from 1 to 32768
 */
export function requireSides(width: number, height: number): void {
  const fits = (side: number) => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE;
  if (fits(width) && fits(height)) return;
  throw new ImageError(
    'image-too-large',
    `The image has ${width} x ${height} pixels; each side must be a whole number from 1 to ${MAX_SIDE}: scale it down first.`,
    { received: [width, height], expected: MAX_SIDE },
  );
}

/** Returns whether pixels have 8 bits a channel; those of an `ImageData` may have more. */
export function isBytes(data: unknown): data is Pixels['data'] {
  return isByteArray(data);
}
