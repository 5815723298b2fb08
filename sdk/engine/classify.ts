import { ImageError, UsageError } from '../errors.js';
import { type PixelSource, pixelReader } from '../preprocess/pixel-reader.js';
import type { Pixels } from '../preprocess/pixels.js';
import {
  type InputShape,
  type PreprocessOptions,
  type Preprocessor,
  preprocessor,
} from '../preprocess/preprocessor.js';
import { tagOf } from '../realm.js';

/** An image in memory, such as an `ImageData`, or an image of a page that a canvas can draw. */
export type ClassifiableImage = Pixels | PixelSource;

export interface ClassifyOptions extends Omit<PreprocessOptions, 'to'> {
  /** The number of classes to return. Default: all of them. */
  top?: number;
}

/** One class and its score. */
export interface Classification {
  classIndex: number;
  /** The class name, if the model has names. */
  className?: string;
  /** The softmax of the logits times `outputScale`, 0..1. The scores of all classes sum to 1. */
  score: number;
}

/**
 * Ranks the classes by their integer logits, the largest first; of equal logits, the lower class index first.
 *
 * @throws {UsageError} `invalid-top`
 */
export function rankClasses(
  logits: ArrayLike<number>,
  outputScale: number,
  classNames: readonly string[] = [],
  top = logits.length,
): Classification[] {
  checkTop(top);
  const order = Array.from(logits, (_, classIndex) => classIndex).sort((a, b) => logits[b] - logits[a]);
  const max = logits[order[0]];
  const powers = order.map((classIndex) => Math.exp((logits[classIndex] - max) * outputScale));
  const sum = powers.reduceRight((total, power) => total + power, 0);
  return order.slice(0, top).map((classIndex, rank) => ({
    classIndex,
    className: classNames[classIndex],
    score: powers[rank] / sum,
  }));
}

/**
 * Checks the option `top`.
 *
 * @throws {UsageError} `invalid-top`
 */
export function checkTop(top: number): void {
  if (Number.isInteger(top) && top >= 1) return;
  const expected = 'a whole number from 1';
  throw new UsageError('invalid-top', `top is ${top}; expected ${expected}.`, { received: top, expected });
}

/**
 * Turns images of any kind and size into a network's input. It keeps what it can use again for the next
 * image.
 */
export class InputMaker {
  readonly #input: InputShape;
  #read?: (source: PixelSource) => ImageData;
  #prepare?: Preprocessor;
  #key = '';

  constructor(input: InputShape) {
    this.#input = input;
  }

  /**
   * Returns the input for an image: always the same array, which the next image overwrites.
   *
   * @throws {ImageError} if the image is not one of the kinds, or its pixels cannot be read
   * @throws {UsageError} `unknown-fit`, `invalid-center-share`, `crop-outside-image`, or
   *   `invalid-input-shape` if the network's input has neither 1 nor 3 channels
   */
  make(image: ClassifiableImage, options: Omit<ClassifyOptions, 'top'> = {}): Uint8Array {
    const { fit, crop, centerShare, invert } = options;
    const pixels: Pixels = isPixels(image) ? image : this.#pixelsOf(image);
    const { width, height, data, channels } = pixels;
    const key = JSON.stringify([width, height, data?.length, channels, fit, crop, centerShare, invert]);
    if (!this.#prepare || this.#key !== key) {
      this.#prepare = preprocessor({ from: pixels, to: this.#input, fit, crop, centerShare, invert });
      this.#key = key;
    }
    return this.#prepare.run(pixels);
  }

  #pixelsOf(image: PixelSource): ImageData {
    this.#read ??= pixelReader();
    return this.#read(image);
  }
}

/**
 * Returns whether an image is pixels in memory.
 *
 * @throws {ImageError} `wrong-image-type` if it is neither pixels nor an image of a page
 */
export function isPixels(image: ClassifiableImage): image is Pixels {
  const isObject = typeof image === 'object' && image !== null && !ArrayBuffer.isView(image);
  if (isObject && 'data' in image) return true;
  if (isObject && ('width' in image || 'displayWidth' in image)) return false;
  const type = tagOf(image);
  throw new ImageError(
    'wrong-image-type',
    `The image must be { data, width, height }, an ImageData, or an image that a canvas can draw; received ${type}: call run for raw input bytes.`,
    { received: type },
  );
}
