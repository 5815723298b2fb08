/** Image files as raw bytes, by way of `sharp` (libvips): jpg, png, webp and what else it reads. */

import { FileError, UsageError } from '@bd-edge/sdk/internal';
import type { default as Sharp } from 'sharp';
import type { Random } from '../../numbers/random.js';

/** A part that only some need, and that is not installed. */
export class SharpMissingError extends UsageError {
  override readonly name = 'SharpMissingError';
}

/** An image file that cannot be decoded. */
export class CorruptImageError extends FileError {
  override readonly name = 'CorruptImageError';

  constructor(
    override readonly path: string,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0].trim() : String(cause);
    super(
      `${path} cannot be read as an image (${reason}); mend or delete it, or leave such files out with --corrupt skip.`,
      { cause },
    );
  }
}

export interface ImageShape {
  height: number;
  width: number;
  /** 1 for gray, 3 for red, green, blue. */
  channels: number;
}

/** Which part of a picture is scaled to the size asked for. */
export type Crop =
  /** The largest part in the middle that has the right proportions. */
  | { kind: 'cover' }
  /** The same, 7/8 as wide and high: for 224 pixels, "resize to 256, take the middle 224". */
  | { kind: 'center' }
  /** 8 to 100 % of the area, 3:4 to 4:3 the proportions, anywhere (Szegedy et al. 2014, arXiv 1409.4842). */
  | { kind: 'random'; random: Random };

// In a variable, so that neither the type checker nor a bundler needs the optional package.
const PACKAGE = 'sharp';

/** @throws SharpMissingError */
export async function loadSharp(load = (): Promise<unknown> => import(PACKAGE)): Promise<typeof Sharp> {
  try {
    return ((await load()) as { default: typeof Sharp }).default;
  } catch (cause) {
    throw new SharpMissingError(
      'Reading jpg, png and webp files needs the npm package sharp, which is not installed: npm install sharp',
      { cause },
    );
  }
}

/**
 * Decodes, turns as the camera was held, crops, scales, and drops transparency onto black.
 *
 * @returns height x width x channels bytes, channels last
 * @throws CorruptImageError where the file is damaged, or cut short
 */
export async function decodeImage(
  sharp: typeof Sharp,
  path: string,
  { height, width, channels }: ImageShape,
  crop: Crop,
): Promise<Uint8Array> {
  try {
    let image = sharp(path).rotate();
    if (crop.kind === 'random') {
      image = image
        .extract(randomPart(await sizeOf(sharp, path), crop.random))
        .resize(width, height, { fit: 'fill' });
    } else if (crop.kind === 'center') {
      const [wide, high] = [Math.round((width * 8) / 7), Math.round((height * 8) / 7)];
      image = image.resize(wide, high, { fit: 'cover' }).extract({
        left: Math.floor((wide - width) / 2),
        top: Math.floor((high - height) / 2),
        width,
        height,
      });
    } else {
      image = image.resize(width, height, { fit: 'cover' });
    }
    image = image.flatten({ background: '#000' }).toColorspace(channels === 1 ? 'b-w' : 'srgb');
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    if (info.channels !== channels) throw new Error(`it decodes to ${info.channels} channels`);
    return data;
  } catch (cause) {
    throw new CorruptImageError(path, cause);
  }
}

/**
 * Whether `decodeImage` can read the file, whatever part of it is asked for: a crop alone does not look at the rest of a
 * file that is cut short.
 */
export async function canBeDecoded(sharp: typeof Sharp, path: string): Promise<boolean> {
  return sharp(path)
    .resize(8, 8, { fit: 'fill' })
    .raw()
    .toBuffer()
    .then(
      () => true,
      () => false,
    );
}

/** Of the picture as it is to be seen. */
async function sizeOf(sharp: typeof Sharp, path: string): Promise<{ width: number; height: number }> {
  const { width = 0, height = 0, orientation = 1 } = await sharp(path).metadata();
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

const TRIES = 10;

/** Ten tries; then the largest square in the middle. */
export function randomPart(
  { width, height }: { width: number; height: number },
  random: Random,
): { left: number; top: number; width: number; height: number } {
  for (let i = 0; i < TRIES; i++) {
    const area = width * height * (0.08 + 0.92 * random.next());
    const proportions = Math.exp((2 * random.next() - 1) * Math.log(4 / 3));
    const wide = Math.round(Math.sqrt(area * proportions));
    const high = Math.round(Math.sqrt(area / proportions));
    if (wide < 1 || high < 1 || wide > width || high > height) continue;
    return {
      left: random.below(width - wide + 1),
      top: random.below(height - high + 1),
      width: wide,
      height: high,
    };
  }
  const side = Math.min(width, height);
  return {
    left: Math.floor((width - side) / 2),
    top: Math.floor((height - side) / 2),
    width: side,
    height: side,
  };
}
