import { BdEdgeError, FileError } from '../errors.js';

/** The wasm that should be an engine is none, is one of another version, is not there, or may not run here. */
export class EngineError extends FileError {
  override readonly name = 'EngineError';
}

/** A thread that a network runs on does not start, is gone, or does not answer. */
export class ThreadLostError extends BdEdgeError {
  override readonly name = 'ThreadLostError';
}

interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/** The image is not bytes, or not as many as the network's input has. */
export class ImageError extends FileError {
  override readonly name = 'ImageError';

  /** @param received how many bytes, or what was there in place of them */
  constructor(
    readonly received: number | string,
    readonly expected: number,
    shape?: ImageShape,
  ) {
    const meaning = shape
      ? ` (${shape.height} x ${shape.width} x ${shape.channels}, one byte a channel)`
      : '';
    super(
      typeof received === 'string'
        ? `The image is ${received} but the network takes ${expected} raw bytes 0..255${meaning}; give a Uint8Array or Uint8ClampedArray, not floats.`
        : `The image has ${received} bytes but the network takes ${expected}${meaning}; resize or convert it first.`,
    );
  }
}

/**
 * Sees to it that an image is as many bytes as it should be. Other arrays would be taken number by number, floats from 0
 * to 1 as a black image.
 *
 * @throws {ImageError} if it is not
 */
export function checkImage(image: Uint8Array, expected: number, shape?: ImageShape): void {
  // By the name that it has in every window and context: `instanceof` knows the arrays of its own one only.
  const kind = Object.prototype.toString.call(image).slice(8, -1);
  if (!/^Uint8(Clamped)?Array$/.test(kind)) throw new ImageError(`of the type ${kind}`, expected, shape);
  if (image.length !== expected) throw new ImageError(image.length, expected, shape);
}
