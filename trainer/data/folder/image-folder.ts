/**
 * A folder of images by class as a dataset in memory. The decoded bytes are kept in a cache file, so that only the
 * first use of a folder takes long.
 */
import { basename, resolve } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import { type Dataset, type ImageSet, subset } from '../dataset.js';
import { splitValidation } from '../split.js';
import { cacheFile, type Decoded, FILES_AT_ONCE, readCache, writeCache } from './cache.js';
import { concurrently } from './concurrent.js';
import { CorruptImageError, decodeImage, type ImageShape, loadSharp } from './decode.js';
import {
  type FolderListing,
  type ImageFile,
  InvalidImageFolderError,
  LEAST_IMAGES,
  listImageFolder,
} from './listing.js';

export interface ImageFolderOptions extends Partial<ImageShape> {
  /** What to do about files that cannot be decoded. Default: 'refuse'. */
  corrupt?: 'skip' | 'refuse';
  /** Default: `bd-edge` in `$XDG_CACHE_HOME` or `~/.cache`. Where nothing can be kept there, a warning says so. */
  cacheDirectory?: string;
  onProgress?: (done: number, total: number) => void;
}

/** Images that memory does not hold. */
export class TooManyImagesError extends UsageError {
  override readonly name = 'TooManyImagesError';
}

/** Pictures are asked for with channels that no picture has. */
export class UnfitChannelsError extends UsageError {
  override readonly name = 'UnfitChannelsError';

  constructor(readonly channels: number) {
    super(
      `Image files are read as 1 channel, gray, or as 3, red, green and blue, and not as ${channels}; give the network an input of 1 or 3 channels.`,
    );
  }
}

/** Images in color, as small as CIFAR's. */
export const DEFAULT_IMAGE_SHAPE: ImageShape = { height: 32, width: 32, channels: 3 };

/** Where a folder has no part for tests, this share of it is held out, the same images each time. */
const TEST_SHARE = 0.2;
const TEST_SEED = 1;

/**
 * @throws InvalidImageFolderError where there are no images by class
 * @throws CorruptImageError naming a file that cannot be decoded, unless they are to be skipped
 * @throws TooManyImagesError where memory does not hold them
 * @throws UnfitChannelsError where neither 1 nor 3 channels are asked for
 * @throws SharpMissingError where the images are not cached and `sharp` is not installed
 */
export async function loadImageFolder(folder: string, options: ImageFolderOptions = {}): Promise<Dataset> {
  const shape = shapeOf(options);
  const listing = await listImageFolder(folder);
  const files = [...listing.train, ...(listing.test ?? [])];
  const cache = await cacheFile(
    folder,
    files,
    [shape.height, shape.width, shape.channels],
    options.cacheDirectory,
  );
  const decoded = (await readCache(cache)) ?? (await decodeAll(files, shape, cache, options));
  const corrupt = new Set(decoded.corrupt);
  if (corrupt.size > 0 && options.corrupt !== 'skip') {
    // The decoder's own words, also when the bytes come from the cache.
    const path = files[decoded.corrupt[0]].path;
    await decodeImage(await loadSharp(), path, shape, { kind: 'cover' });
    throw new CorruptImageError(path, new Error('it could not be read before'));
  }
  const part = (start: number, count: number) =>
    subset(
      { ...setOf(decoded.images, files, shape) },
      Array.from({ length: count }, (_, i) => start + i).filter((i) => !corrupt.has(i)),
    );
  const train = part(0, listing.train.length);
  const test = listing.test && part(listing.train.length, listing.test.length);
  const sets = setsOf(train, test, folder);
  const skipped = decoded.corrupt.map((i) => files[i].path);
  const { classes, ignored } = listing;
  return { name: basename(resolve(folder)), classes, ...sets, skipped, ignored };
}

/**
 * Holds out test images where the folder has none of its own.
 *
 * @throws InvalidImageFolderError where either part has no images that can be read, or a class too few
 */
export function setsOf<Kind extends Parameters<typeof splitValidation>[0]>(
  train: Kind,
  test: Kind | undefined,
  folder: string,
): { train: Kind; test: Kind } {
  if (test) {
    for (const [part, { count }] of Object.entries({ training: train, test })) {
      if (count > 0) continue;
      throw new InvalidImageFolderError(`None of the ${part} images of ${folder} can be read; mend them.`);
    }
    return { train, test };
  }
  const counts: number[] = [];
  for (const label of train.labels) counts[label] = (counts[label] ?? 0) + 1;
  const fewest = Math.min(...Array.from(counts, (count) => count ?? 0));
  if (fewest < LEAST_IMAGES) {
    throw new InvalidImageFolderError(
      `A class of ${folder} has ${train.count && fewest} images that can be read; ${LEAST_IMAGES} is the least, or divide them into train/ and test/.`,
    );
  }
  const split = splitValidation(train, Math.round(TEST_SHARE * train.count), TEST_SEED);
  return { train: split.train, test: split.validation };
}

/** @throws UnfitChannelsError */
export function shapeOf(options: Partial<ImageShape>): ImageShape {
  const {
    height = DEFAULT_IMAGE_SHAPE.height,
    width = DEFAULT_IMAGE_SHAPE.width,
    channels = DEFAULT_IMAGE_SHAPE.channels,
  } = options;
  if (channels !== 1 && channels !== 3) throw new UnfitChannelsError(channels);
  return { height, width, channels };
}

/** Labels of files, in as few bytes as they need. */
export function labelsOf(files: FolderListing['train']): Uint8Array | Uint16Array {
  const labels = files.map(({ label }) => label);
  return labels.some((label) => label > 255) ? Uint16Array.from(labels) : Uint8Array.from(labels);
}

function setOf(images: Uint8Array, files: ImageFile[], shape: ImageShape): ImageSet {
  return { images, labels: labelsOf(files), count: files.length, ...shape };
}

async function decodeAll(
  files: ImageFile[],
  shape: ImageShape,
  cache: string,
  { corrupt: policy = 'refuse', onProgress }: ImageFolderOptions,
): Promise<Decoded> {
  const sharp = await loadSharp();
  const size = shape.height * shape.width * shape.channels;
  const images = allocate(files.length, shape);
  const corrupt: number[] = [];
  let done = 0;
  await concurrently(files, FILES_AT_ONCE, async ({ path }, i) => {
    try {
      images.set(await decodeImage(sharp, path, shape, { kind: 'cover' }), i * size);
    } catch (error) {
      if (policy === 'refuse' || !(error instanceof CorruptImageError)) throw error;
      corrupt.push(i);
    }
    onProgress?.(++done, files.length);
  });
  corrupt.sort((a, b) => a - b);
  await writeCache(cache, { images, corrupt });
  return { images, corrupt };
}

/** @throws TooManyImagesError */
function allocate(count: number, { height, width, channels }: ImageShape): Uint8Array {
  const bytes = count * height * width * channels;
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new TooManyImagesError(
      `${count} images of ${height} x ${width} x ${channels} take ${bytes.toLocaleString('en-US')} bytes, more than there is memory for; read them as a stream (--stream), or make them smaller.`,
      { cause },
    );
  }
}
