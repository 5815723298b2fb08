/** Decoding of image files with `sharp` (libvips): jpg, png and webp. */

import { FileError, MissingDependencyError } from '@bd-edge/sdk/internal';
import { readRegularFile } from '@bd-edge/sdk/internal/files';
import type { default as Sharp } from 'sharp';
import type { Random } from '../../numbers/random.js';

/** Makes the error for an image file that cannot be decoded. */
export function corruptImage(path: string, cause: unknown): FileError {
  const reason = cause instanceof Error ? cause.message.split('\n')[0].trim() : String(cause);
  return new FileError(
    'corrupt-image',
    `${path} cannot be decoded (${reason}); repair or delete it, or skip such files with --corrupt skip.`,
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
  /** A random part: 8 to 100 % of the area, proportions 3:4 to 4:3 (Szegedy et al. 2014, arXiv 1409.4842). */
  | { kind: 'random'; random: Random };

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
  path: string,
  { height, width, channels }: ImageShape,
  crop: Crop,
): Promise<Uint8Array> {
  try {
    const file = await readImage(path);
    let image = sharp(file).rotate();
    if (crop.kind === 'random') {
      image = image
        .extract(randomPart(await sizeOf(sharp, file), crop.random))
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
    throw corruptImage(path, cause);
  }
}

/**
 * Returns whether `decodeImage` can read any part of the file. It decodes the whole file, since a crop may not reach the
 * missing end of a truncated one.
 */
export async function canBeDecoded(sharp: typeof Sharp, path: string): Promise<boolean> {
  try {
    await sharp(await readImage(path))
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
async function readImage(path: string): Promise<Uint8Array> {
  const bytes = await readRegularFile(path, MAX_IMAGE_BYTES);
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

/** Returns the size of the picture after its EXIF orientation is applied. */
async function sizeOf(sharp: typeof Sharp, file: Uint8Array): Promise<{ width: number; height: number }> {
  const { width = 0, height = 0, orientation = 1 } = await sharp(file).metadata();
  return orientation >= 5 ? { width: height, height: width } : { width, height };
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
