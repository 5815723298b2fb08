/**
 * A folder of images by class as a dataset in memory. The decoded bytes are cached in a file, so that only the first use
 * of a folder takes long.
 */
import { basename, resolve } from 'node:path';
import { type Preparation, UsageError } from '@bd-edge/sdk/internal';
import { type Dataset, type ImageSet, subset } from '../dataset.js';
import { splitValidation } from '../split.js';
import { cacheFile, type Decoded, FILES_AT_ONCE, readCache, writeCache } from './cache.js';
import { concurrently } from './concurrent.js';
import { corruptImage, decodeImage, type ImageShape, isCorruptImage, loadSharp } from './decode.js';
import {
  type FileStatus,
  type FolderListing,
  fingerprintOf,
  type ImageFile,
  invalidImageFolder,
  listImageFolder,
  MIN_IMAGES,
  statusesOf,
} from './listing.js';

export interface ImageFolderOptions extends Partial<ImageShape> {
  /** Whether files that cannot be decoded are skipped or rejected. Default: 'reject'. */
  corrupt?: 'skip' | 'reject';
  /** How pictures are prepared. Default: the largest centered part with the requested proportions. */
  preparation?: Preparation;
  /** Default: `bd-edge` in `$XDG_CACHE_HOME` or `~/.cache`. If it cannot be written, there is a warning. */
  cacheDirectory?: string;
  onProgress?: (done: number, total: number) => void;
}

/** The default shape: color images of CIFAR's size. */
export const DEFAULT_IMAGE_SHAPE: ImageShape = { height: 32, width: 32, channels: 3 };

/** The share of images held out as test images if a folder has none; always the same ones. */
const TEST_SHARE = 0.2;
const TEST_SEED = 1;

/**
 * Loads all images of a folder into memory.
 *
 * @throws {FileError} `invalid-image-folder` if it has no images by class; `corrupt-image` unless they are skipped
 * @throws {UsageError} `too-many-images` if memory is too small; `unsupported-channels` if neither 1 nor 3 are requested
 * @throws {MissingDependencyError} if `sharp` cannot be loaded
 */
export async function loadImageFolder(folder: string, options: ImageFolderOptions = {}): Promise<Dataset> {
  shapeOf(options); // checked before the folder is read
  const listing = await listImageFolder(folder, options);
  const files = [...listing.train, ...(listing.test ?? [])];
  const { classNames, ignored, notes, broken = [] } = listing;
  const statuses = await statusesOf(files, FILES_AT_ONCE);
  const { set, corrupt } = await loadFiles(folder, files, statuses, options);
  const part = (start: number, count: number) =>
    subset(
      set,
      Array.from({ length: count }, (_, i) => start + i).filter((i) => !corrupt.has(i)),
    );
  const train = part(0, listing.train.length);
  const test = listing.test && part(listing.train.length, listing.test.length);
  return {
    name: basename(resolve(folder)),
    classNames,
    ...setsOf(train, test, folder),
    skipped: [...broken, ...Array.from(corrupt, (i) => files[i].path)],
    ignored,
    notes,
    preparation: options.preparation ?? {},
    fingerprint: fingerprintOf(listing.train, statuses, classNames),
    heldOut: listing.test === undefined,
  };
}

/**
 * Decodes files, or reads what the cache has of them.
 *
 * @returns all files as images, and the indices of those that cannot be decoded, whose pixels are zeros
 * @throws {FileError} `corrupt-image` unless they are skipped
 */
export async function loadFiles(
  folder: string,
  files: ImageFile[],
  statuses: readonly FileStatus[],
  options: ImageFolderOptions,
): Promise<{ set: ImageSet; corrupt: ReadonlySet<number> }> {
  const shape = shapeOf(options);
  const { preparation = {} } = options;
  const requested = [shape.height, shape.width, shape.channels];
  const isPlain = Object.keys(preparation).length === 0;
  const cache = cacheFile(
    folder,
    files,
    statuses,
    isPlain ? requested : [...requested, preparation],
    options.cacheDirectory,
  );
  const decoded = (await readCache(cache)) ?? (await decodeAll(files, shape, cache, options));
  const corrupt = new Set(decoded.corrupt);
  if (corrupt.size > 0 && options.corrupt !== 'skip') {
    // Decode the file again, for the decoder's message if the bytes come from the cache.
    const file = files[decoded.corrupt[0]];
    await decodeImage(await loadSharp(), file, shape, { kind: 'cover' });
    throw corruptImage(file.path, new Error('an earlier attempt failed'));
  }
  return { set: setOf(decoded.images, files, shape), corrupt };
}

/**
 * Holds out test images if the folder has none.
 *
 * @throws {FileError} `invalid-image-folder` if a part has no readable images, or a class has too few
 */
export function setsOf<Kind extends Parameters<typeof splitValidation>[0]>(
  train: Kind,
  test: Kind | undefined,
  folder: string,
): { train: Kind; test: Kind } {
  if (test) {
    for (const [part, { count }] of Object.entries({ training: train, test })) {
      if (count > 0) continue;
      throw invalidImageFolder(folder, `no readable ${part} images in ${folder}.`);
    }
    return { train, test };
  }
  const counts: number[] = [];
  for (const label of train.labels) counts[label] = (counts[label] ?? 0) + 1;
  const fewest = Math.min(...Array.from(counts, (count) => count ?? 0));
  if (fewest < MIN_IMAGES) {
    throw invalidImageFolder(
      folder,
      `A class of ${folder} has ${train.count && fewest} readable images; expected ${MIN_IMAGES} or more. Add images, or split them into train/ and test/.`,
    );
  }
  const split = splitValidation(train, Math.round(TEST_SHARE * train.count), TEST_SEED);
  return { train: split.train, test: split.validation };
}

/**
 * Returns the requested shape with defaults.
 *
 * @throws {UsageError} `unsupported-channels`
 */
export function shapeOf(options: Partial<ImageShape>): ImageShape {
  const {
    height = DEFAULT_IMAGE_SHAPE.height,
    width = DEFAULT_IMAGE_SHAPE.width,
    channels = DEFAULT_IMAGE_SHAPE.channels,
  } = options;
  if (channels !== 1 && channels !== 3) {
    throw new UsageError(
      'unsupported-channels',
      `Image files have 1 channel (gray) or 3 (red, green, blue); received ${channels}. Use a network with an input of 1 or 3 channels.`,
      { received: channels, expected: '1 or 3' },
    );
  }
  return { height, width, channels };
}

/** Returns the labels of files, in one byte each if they fit. */
export function labelsOf(files: FolderListing['train']): Uint8Array | Uint16Array {
  const labels = files.map(({ label }) => label);
  return labels.some((label) => label > 255) ? Uint16Array.from(labels) : Uint8Array.from(labels);
}

function setOf(images: Uint8Array, files: ImageFile[], shape: ImageShape): ImageSet {
  const paths = files.map(({ path }) => path);
  return { images, labels: labelsOf(files), count: files.length, ...shape, files: paths };
}

async function decodeAll(
  files: ImageFile[],
  shape: ImageShape,
  cache: string,
  { corrupt: policy = 'reject', preparation = {}, onProgress }: ImageFolderOptions,
): Promise<Decoded> {
  const sharp = await loadSharp();
  const size = shape.height * shape.width * shape.channels;
  const images = allocate(files.length, shape);
  const corrupt: number[] = [];
  let done = 0;
  await concurrently(files, FILES_AT_ONCE, async (file, i) => {
    try {
      images.set(await decodeImage(sharp, file, shape, { kind: 'prepared', preparation }), i * size);
    } catch (error) {
      if (policy === 'reject' || !isCorruptImage(error)) throw error;
      corrupt.push(i);
    }
    onProgress?.(++done, files.length);
  });
  corrupt.sort((a, b) => a - b);
  await writeCache(cache, { images, corrupt });
  return { images, corrupt };
}

/** @throws {UsageError} `too-many-images` */
function allocate(count: number, { height, width, channels }: ImageShape): Uint8Array {
  const bytes = count * height * width * channels;
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new UsageError(
      'too-many-images',
      `${count} images of ${height} x ${width} x ${channels} need ${bytes.toLocaleString('en-US')} bytes, more than the available memory; read them with --stream, or use smaller images.`,
      { received: count, cause },
    );
  }
}
