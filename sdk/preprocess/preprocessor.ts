import { MAX_ARENA_BYTES } from '../../assembly/layout.js';
import { PixelsError, PreprocessError } from './errors.js';
import { grayOf } from './gray.js';
import { isBytes, type PixelShape, type Pixels, requireSides, shapeOf } from './pixels.js';
import { type Fit, place, type Rectangle } from './place.js';
import { Scaler } from './scaler.js';

/** What a network takes: `network.input` of {@link load}. */
export interface InputShape {
  readonly height: number;
  readonly width: number;
  /** 1 gray, or 3 red, green, blue. */
  readonly channels: number;
}

export interface PreprocessOptions {
  /** What comes out. */
  to: InputShape;
  /** What to do about other proportions. Default: `cover`, as the trainer does with folders of images. */
  fit?: Fit;
  /** The part of the image to look at. Default: all of it. */
  crop?: Rectangle;
  /** Black becomes white: for dark strokes on light paper where a network has learnt the opposite. Default: no. */
  invert?: boolean;
}

export interface PreprocessorOptions extends PreprocessOptions {
  /** The images that will come: an `ImageData` or other pixels of that shape, or the shape alone. */
  from: PixelShape | Pixels;
}

/** Makes inputs of images of one shape, one after the other. */
export interface Preprocessor {
  readonly from: PixelShape;
  readonly to: InputShape;
  /**
   * Makes a network's input of an image, without allocating memory.
   *
   * @returns height x width x channels bytes, channels last: the same array every time, overwritten by the next image
   * @throws {PixelsError} if the image has another shape than `from`
   */
  run(image: Pixels): Uint8Array;
}

/**
 * For sequences of frames: all memory is taken here, and none for a frame.
 *
 * ```js
 * const prepare = preprocessor({ from: { width: 640, height: 480, channels: 4 }, to: network.input });
 * const { label } = network.run(prepare.run(context.getImageData(0, 0, 640, 480)));
 * ```
 *
 * @throws {PixelsError} if images cannot have the shape
 * @throws {PreprocessError} if the input has neither 1 nor 3 channels, or fit or crop cannot be
 */
export function preprocessor({
  from,
  to,
  fit = 'cover',
  crop,
  invert = false,
}: PreprocessorOptions): Preprocessor {
  const shape = isShape(from) ? requireShape(from) : shapeOf(from);
  requireInput(to);
  const { source, target } = place(shape, to, fit, crop);
  const scaler = new Scaler(shape, source, target.width, target.height);
  const line = new Uint8Array(target.width * scaler.channels);
  // Outside of `target` it stays 0, which is what a network sees beyond an image's border.
  const output = new Uint8Array(to.height * to.width * to.channels);
  const bytes = shape.width * shape.height * shape.channels;
  return {
    from: shape,
    to,
    run(image) {
      const { width, height, data } = image;
      if (width !== shape.width || height !== shape.height || data?.length !== bytes || !isBytes(data)) {
        throw new PixelsError(
          `An image of ${width} x ${height} pixels and ${data?.length} bytes came to a preprocessor for ${shape.width} x ${shape.height} x ${shape.channels}; make another one for it.`,
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
 * Makes a network's input of one image. For many of one shape {@link preprocessor} takes less time and memory.
 *
 * ```js
 * const { label } = network.run(preprocess(context.getImageData(0, 0, 280, 280), { to: network.input }));
 * ```
 *
 * @returns height x width x channels bytes, channels last
 * @throws {PixelsError} if the image has no pixels, too many, or another number of bytes than it should
 * @throws {PreprocessError} if the input has neither 1 nor 3 channels, or fit or crop cannot be
 */
export function preprocess(image: Pixels, options: PreprocessOptions): Uint8Array {
  return preprocessor({ ...options, from: image }).run(image);
}

/** One row from 1 or 3 channels to 1 or 3: gray of colors, or gray three times. */
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
  return from !== undefined && 'channels' in from;
}

function requireShape({ width, height, channels }: PixelShape): PixelShape {
  requireSides(width, height);
  if (channels === 1 || channels === 3 || channels === 4) return { width, height, channels };
  throw new PixelsError(
    `Images with ${channels} channels cannot be read; give gray (1), RGB (3) or RGBA (4).`,
  );
}

function requireInput({ height, width, channels }: InputShape): void {
  const sides = [height, width].every((side) => Number.isInteger(side) && side >= 1 && side <= 65535);
  if (sides && (channels === 1 || channels === 3) && height * width * channels <= MAX_ARENA_BYTES) return;
  throw new PreprocessError(
    `An input of ${height} x ${width} x ${channels} cannot be made of pixels; it needs 1 or 3 channels and sides from 1 to 65535.`,
  );
}
