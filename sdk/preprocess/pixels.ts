import { PixelsError } from './errors.js';

/**
 * An image in memory, channels last, row by row from the top left, a byte a channel. The browser's `ImageData` is one.
 *
 * The number of channels follows from the size: 1 gray, 3 red, green, blue, or 4 with alpha, not premultiplied.
 */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** height x width x channels bytes. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Gray; red, green, blue; or those and alpha. */
export type PixelChannels = 1 | 3 | 4;

/** Width, height, and channels of an image. */
export interface PixelShape {
  readonly width: number;
  readonly height: number;
  readonly channels: PixelChannels;
}

/** Pixels on a side, at most: with more, sums would no longer be exact (and such an image is a mistake). */
export const MAX_SIDE = 32768;

/**
 * The shape of an image, which is checked against its bytes.
 *
 * @throws {PixelsError} if width or height are out of range, or the data is not their bytes
 */
export function shapeOf(pixels: Pixels): PixelShape {
  const { width, height, data } = pixels ?? {};
  requireSides(width, height);
  if (!isBytes(data)) {
    throw new PixelsError(
      'The pixels are not bytes; give a Uint8Array, a Uint8ClampedArray or an ImageData of them.',
    );
  }
  const channels = data.length / (width * height);
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new PixelsError(
      `An image of ${width} x ${height} pixels came with ${data.length} bytes; it needs 1, 3 or 4 a pixel (${width * height}, ${3 * width * height} or ${4 * width * height}).`,
    );
  }
  return { width, height, channels };
}

/** @throws {PixelsError} if an image cannot have these sides */
export function requireSides(width: number, height: number): void {
  const fits = (side: number) => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE;
  if (fits(width) && fits(height)) return;
  throw new PixelsError(
    `The image has ${width} x ${height} pixels; each side must be a whole number from 1 to ${MAX_SIDE}: scale it down first.`,
  );
}

/** Whether these are pixels of 8 bits; an `ImageData` may have others. */
export function isBytes(data: unknown): data is Pixels['data'] {
  return data instanceof Uint8Array || data instanceof Uint8ClampedArray;
}
