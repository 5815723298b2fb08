/**
 * Decoding of image files: jpg, png and webp. `sharp` (libvips) decodes them, and `preprocess` crops and scales their pixels,
 * as in the programs that run the network: a network is tested on the same bytes that it gets there.
 */

import {
  FileError,
  MissingDependencyError,
  type Pixels,
  type Preparation,
  preprocess,
} from '@bd-edge/sdk/internal';
import { readRegularFile } from '@bd-edge/sdk/internal/files';
import type { default as Sharp } from 'sharp';
import type { Random } from '../../numbers/random.js';
import type { Place } from './entries.js';

/** Makes the error for an image file that cannot be decoded. */
export function corruptImage(path: string, cause: unknown): FileError {
  const reason = cause instanceof Error ? cause.message.split('\n')[0].trim() : String(cause);
  return new FileError(
    'corrupt-image',
    `${path} cannot be decoded (${reason}); convert, repair or delete it, or skip such files with --corrupt skip.`,
    { path, cause },
  );
}

/** Returns whether an error is from an image file that cannot be decoded. */
export function isCorruptImage(error: unknown): boolean {
  return error instanceof FileError && error.code === 'corrupt-image';
}

export interface ImageShape {
  height: number;
  width: number;
  /** 1 for gray; 3 for red, green and blue. */
  channels: number;
}

/** The part of a picture that is scaled to the requested size. */
export type Crop =
  /** The largest centered part with the requested proportions. */
  | { kind: 'cover' }
  /** The center 7/8 of that part: for 224 pixels, "resize to 256, take the center 224". */
  | { kind: 'center' }
  /** What a preparation describes; `{}` is 'cover', and `STREAM_PREPARATION` is 'center'. */
  | { kind: 'prepared'; preparation: Preparation }
  /** A random part: 8 to 100 % of the area, proportions 3:4 to 4:3 (Szegedy et al. 2014, arXiv 1409.4842). */
  | { kind: 'random'; random: Random };

/** How a stream prepares pictures of validation and test. */
export const STREAM_PREPARATION: Preparation = { centerShare: 7 / 8 };

/**
 * Loads `sharp` when it is first needed.
 *
 * @throws {MissingDependencyError} if sharp's binary for this platform, an optional dependency of it, is not installed
 */
export async function loadSharp(load = () => import('sharp')): Promise<typeof Sharp> {
  try {
    return (await load()).default;
  } catch (cause) {
    throw new MissingDependencyError(
      'sharp',
      `The package sharp, which decodes jpg, png and webp files, has no binary for ${process.platform}-${process.arch}; install without --omit=optional.`,
      { cause },
    );
  }
}

/**
 * Decodes a file, applies its EXIF orientation, crops and scales it, and replaces transparency by black.
 *
 * @returns height x width x channels bytes, channels last
 * @throws {FileError} `corrupt-image` if the file is damaged or truncated
 */
export async function decodeImage(
  sharp: typeof Sharp,
  file: string | Place,
  shape: ImageShape,
  crop: Crop,
): Promise<Uint8Array> {
  const place = typeof file === 'string' ? { path: file } : file;
  const { height, width, channels } = shape;
  try {
    const pixels = await decodePixels(sharp, await readImage(place));
    if (crop.kind === 'random') {
      const part = randomPart(pixels, crop.random);
      return preprocess(pixels, { to: { height, width, channels }, crop: part, fit: 'fill' });
    }
    return preprocess(pixels, { to: { height, width, channels, preparation: preparationOf(crop) } });
  } catch (cause) {
    throw corruptImage(place.path, cause);
  }
}

function preparationOf(crop: Exclude<Crop, { kind: 'random' }>): Preparation {
  if (crop.kind === 'prepared') return crop.preparation;
  return crop.kind === 'center' ? STREAM_PREPARATION : {};
}

/** Decodes all pixels of a file, with its EXIF orientation applied, in sRGB. */
async function decodePixels(sharp: typeof Sharp, bytes: Uint8Array): Promise<Pixels> {
  const image = sharp(bytes).rotate().toColorspace('srgb').raw();
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/**
 * Returns whether `decodeImage` can read any part of the file. It decodes the whole file, since a crop may not reach the
 * missing end of a truncated one.
 */
export async function canBeDecoded(sharp: typeof Sharp, file: string | Place): Promise<boolean> {
  try {
    await sharp(await readImage(typeof file === 'string' ? { path: file } : file))
      .resize(8, 8, { fit: 'fill' })
      .raw()
      .toBuffer();
    return true;
  } catch {
    return false;
  }
}

/** The size limit of an image file: 256 MiB. */
const MAX_IMAGE_BYTES = 2 ** 28;

/**
 * Reads an image file, and checks by its first bytes that it is jpg, png or webp: sharp also decodes SVG, GIF, TIFF and
 * others, whatever the name of the file.
 */
async function readImage({ path, rawPath }: Place): Promise<Uint8Array> {
  const bytes = await readRegularFile(path, MAX_IMAGE_BYTES, rawPath);
  if (!isDocumentedFormat(bytes)) throw new Error('its content is not jpg, png or webp');
  return bytes;
}

function isDocumentedFormat(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  return (
    start.startsWith('\xff\xd8\xff') ||
    start.startsWith('\x89PNG\r\n\x1a\n') ||
    (start.startsWith('RIFF') && start.slice(8) === 'WEBP')
  );
}

const TRIES = 10;

/** Draws a part of a picture; after ten parts that do not fit it is the largest centered square. */
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
