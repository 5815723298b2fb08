import { MAX_ARENA_BYTES } from '../../assembly/layout.js';
import { ImageError, UsageError } from '../errors.js';
import { grayOf } from './gray.js';
import { isBytes, type PixelShape, type Pixels, requireSides, shapeOf } from './pixels.js';
import { type Fit, place, type Rectangle } from './place.js';
import type { Preparation } from './preparation.js';
import { Scaler } from './scaler.js';

/** The size of a network's input: `network.input` of {@link load}. */
export interface InputShape {
  readonly height: number;
  readonly width: number;
  /** 1 gray, or 3 red, green, blue. */
  readonly channels: number;
  /** How the pictures of the network's training were prepared. Options take precedence. */
  readonly preparation?: Preparation;
}

export interface PreprocessOptions {
  /** The size of the result: `network.input`, which also has the preparation of the network's training. */
  to: InputShape;
  /** How an image with other proportions is fitted. Default: as in training, or `cover`. */
  fit?: Fit;
  /** The part of the image to use. Default: all of it. */
  crop?: Rectangle;
  /** The share of the sides of the image, or of its crop, to use from the center. Default: as in training, or 1. */
  centerShare?: number;
  /**
   * Swaps black and white, for a network that was trained on light strokes on dark paper. Default: as in
   * training, or false.
   */
  invert?: boolean;
}

export interface PreprocessorOptions extends PreprocessOptions {
  /** The shape of the images, or an image of that shape. */
  from: PixelShape | Pixels;
}

/** Turns images of one shape into network inputs. */
export interface Preprocessor {
  readonly from: PixelShape;
  readonly to: InputShape;
  /**
   * Turns an image into the network's input without allocating memory.
   *
   * @returns height x width x channels bytes, channels last: always the same array, which the next image
   *   overwrites
   * @throws {ImageError} `wrong-image-size` if the image has another shape than `from`
   */
  run(image: Pixels): Uint8Array;
}

/**
 * Creates a preprocessor for sequences of frames. It allocates all memory at once, and none for a frame.
 *
 * ```js
 * const prepare = preprocessor({ from: { width: 640, height: 480, channels: 4 }, to: network.input });
 * const { classIndex } = network.run(prepare.run(context.getImageData(0, 0, 640, 480)));
 * ```
 *
 * @throws {ImageError} `image-too-large`, `wrong-image-type` or `wrong-image-size`
 * @throws {UsageError} `invalid-input-shape`, `unknown-fit`, `invalid-center-share` or `crop-outside-image`
 */
export function preprocessor({ from, to, crop, ...options }: PreprocessorOptions): Preprocessor {
  const shape = isShape(from) ? requireShape(from) : shapeOf(from);
  requireInput(to);
  const { preparation = {} } = to;
  const fit = options.fit ?? preparation.fit ?? 'cover';
  const invert = options.invert ?? preparation.invert ?? false;
  const { source, target } = place(shape, to, fit, crop, options.centerShare ?? preparation.centerShare);
  const scaler = new Scaler(shape, source, target.width, target.height);
  const line = new Uint8Array(target.width * scaler.channels);
  // It stays 0 outside of `target`: the value that a network reads beyond an image's border.
  const output = new Uint8Array(to.height * to.width * to.channels);
  const bytes = shape.width * shape.height * shape.channels;
  return {
    from: shape,
    to,
    run(image) {
      const { width, height, data } = image;
      if (width !== shape.width || height !== shape.height || data?.length !== bytes || !isBytes(data)) {
        throw new ImageError(
          'wrong-image-size',
          `The preprocessor takes images of ${shape.width} x ${shape.height} x ${shape.channels}; received ${width} x ${height} pixels of ${data?.length} bytes: create another preprocessor.`,
          { received: data?.length, expected: bytes },
        );
      }
      scaler.open(data);
      for (let y = 0; y < target.height; y++) {
        scaler.row(y, line);
        const at = ((target.top + y) * to.width + target.left) * to.channels;
        convert(line, scaler.channels, output, at, to.channels);
        const end = at + target.width * to.channels;
        if (invert) for (let i = at; i < end; i++) output[i] = 255 - output[i];
      }
      return output;
    },
  };
}

/**
 * Turns one image into a network's input. For many images of one shape, {@link preprocessor} takes less
 * time and memory.
 *
 * ```js
 * const { classIndex } = network.run(preprocess(context.getImageData(0, 0, 280, 280), { to: network.input }));
 * ```
 *
 * @returns height x width x channels bytes, channels last
 * @throws {ImageError} `image-too-large`, `wrong-image-type` or `wrong-image-size`
 * @throws {UsageError} `invalid-input-shape`, `unknown-fit`, `invalid-center-share` or `crop-outside-image`
 */
export function preprocess(image: Pixels, options: PreprocessOptions): Uint8Array {
  return preprocessor({ ...options, from: image }).run(image);
}

/** Converts a row between 1 and 3 channels: gray of colors, or gray three times. */
function convert(line: Uint8Array, channels: 1 | 3, output: Uint8Array, at: number, wanted: number): void {
  if (channels === wanted) {
    output.set(line, at);
  } else if (wanted === 1) {
    for (let i = 0; i < line.length; i += 3, at++) output[at] = grayOf(line[i], line[i + 1], line[i + 2]);
  } else {
    for (let i = 0; i < line.length; i++, at += 3) output.fill(line[i], at, at + 3);
  }
}

function isShape(from: PixelShape | Pixels): from is PixelShape {
  return from !== undefined && 'channels' in from && !('data' in from);
}

function requireShape({ width, height, channels }: PixelShape): PixelShape {
  requireSides(width, height);
  if (channels === 1 || channels === 3 || channels === 4) return { width, height, channels };
  throw new ImageError(
    'wrong-image-size',
    `Images with ${channels} channels cannot be read; expected gray (1), RGB (3) or RGBA (4).`,
    { received: channels, expected: [1, 3, 4] },
  );
}

function requireInput(to: InputShape | undefined): void {
  if (!to) {
    const message = 'The option `to` is missing; pass { to: network.input }.';
    throw new UsageError('invalid-input-shape', message, { received: to });
  }
  const { height, width, channels } = to;
  const sides = [height, width].every((side) => Number.isInteger(side) && side >= 1 && side <= 65535);
  if (sides && (channels === 1 || channels === 3) && height * width * channels <= MAX_ARENA_BYTES) return;
  throw new UsageError(
    'invalid-input-shape',
    `Pixels cannot become an input of ${height} x ${width} x ${channels}; expected 1 or 3 channels and sides from 1 to 65535.`,
    { received: { height, width, channels } },
  );
}
