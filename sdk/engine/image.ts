import { ImageError } from '../errors.js';
import { isByteArray, tagOf } from '../realm.js';

/** The size of a network's input. */
export interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/**
 * Checks that an image is an array of as many bytes as the input has. Other arrays would be copied number
 * by number: floats from 0 to 1 would become a black image.
 *
 * @throws {ImageError} `wrong-image-type` or `wrong-image-size`
 */
export function checkImage(image: Uint8Array, expected: number, shape?: ImageShape): void {
  const type = tagOf(image);
  const size = shape ? ` (${shape.height} x ${shape.width} x ${shape.channels}, one byte a channel)` : '';
  if (!isByteArray(image)) {
    throw new ImageError(
      'wrong-image-type',
      `The network takes ${expected} raw bytes 0..255${size}, as a Uint8Array or Uint8ClampedArray; received ${type}.`,
      { received: type, expected: 'Uint8Array' },
    );
  }
  if (image.length !== expected) {
    throw new ImageError(
      'wrong-image-size',
      `The network takes ${expected} bytes${size}; received ${image.length}: resize or convert the image first.`,
      { received: image.length, expected },
    );
  }
}
