/** Decoding of image files with `sharp` (libvips): jpg, png and webp. */

import { FileError, MissingDependencyError, type Preparation } from '@bd-edge/sdk/internal';
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
  try {
    const bytes = await readImage(place);
    if (crop.kind !== 'random') return await decodePrepared(sharp, bytes, shape, preparationOf(crop));
    const part = randomPart(await sizeOf(sharp, bytes), crop.random);
    const { height, width, channels } = shape;
    const image = sharp(bytes).rotate().extract(part).resize(width, height, { fit: 'fill' });
    return (await rawPixels(image, channels)).data;
  } catch (cause) {
    throw corruptImage(place.path, cause);
  }
}

function preparationOf(crop: Exclude<Crop, { kind: 'random' }>): Preparation {
  if (crop.kind === 'prepared') return crop.preparation;
  return crop.kind === 'center' ? STREAM_PREPARATION : {};
}

async function decodePrepared(
  sharp: typeof Sharp,
  bytes: Uint8Array,
  { height, width, channels }: ImageShape,
  { fit = 'cover', centerShare = 1, invert = false }: Preparation,
): Promise<Uint8Array> {
  let image = sharp(bytes).rotate();
  if (fit === 'cover') {
    const [wide, high] = [width, height].map((side) => Math.round(side / centerShare));
    image = image.resize(wide, high, { fit });
    const [left, top] = [Math.floor((wide - width) / 2), Math.floor((high - height) / 2)];
    if (centerShare < 1) image = image.extract({ left, top, width, height });
  } else {
    if (centerShare < 1) image = image.extract(centerOf(await sizeOf(sharp, bytes), centerShare));
    image = image.resize(width, height, { fit: fit === 'fill' ? 'fill' : 'inside' });
  }
  const { data, info } = await rawPixels(image, channels);
  if (invert) for (let i = 0; i < data.length; i++) data[i] = 255 - data[i];
  if (info.width === width && info.height === height) return data;
  // `contain`: zeros around the picture, also if it is inverted.
  const result = new Uint8Array(height * width * channels);
  const [left, top] = [Math.floor((width - info.width) / 2), Math.floor((height - info.height) / 2)];
  const row = info.width * channels;
  for (let y = 0; y < info.height; y++)
    result.set(data.subarray(y * row, (y + 1) * row), ((top + y) * width + left) * channels);
  return result;
}

function centerOf({ width, height }: { width: number; height: number }, share: number) {
  const [wide, high] = [width, height].map((side) => Math.max(1, Math.round(share * side)));
  const [left, top] = [Math.floor((width - wide) / 2), Math.floor((height - high) / 2)];
  return { left, top, width: wide, height: high };
}

async function rawPixels(image: ReturnType<typeof Sharp>, channels: number) {
  const flat = image.flatten({ background: '#000' }).toColorspace(channels === 1 ? 'b-w' : 'srgb');
  const { data, info } = await flat.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== channels) throw new Error(`it decodes to ${info.channels} channels`);
  return { data, info };
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
