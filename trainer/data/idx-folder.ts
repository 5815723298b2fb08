/** A folder of the four MNIST files, for MNIST and later datasets in the same format. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MAX_FILE_BYTES, readRegularFile } from '@bd-edge/sdk/internal/files';
import type { Dataset, ImageSet } from './dataset.js';
import { invalidIdx, parseIdx } from './idx.js';

/** The name of the training images' file, which may have .gz after it. */
const TRAIN_IMAGES = imagesFile('train');

/** Returns whether a folder has the training images that `loadIdxFolder` reads. */
export function hasIdxFiles(folder: string): boolean {
  return ['', '.gz'].some((ending) => existsSync(join(folder, `${TRAIN_IMAGES}${ending}`)));
}

/**
 * Reads `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the same files of `t10k`. Each may be compressed as .gz.
 *
 * @throws {FileError} `invalid-idx` for a damaged or empty file, or for files that do not match
 */
export async function loadIdxFolder(folder: string): Promise<{ train: ImageSet; test: ImageSet }> {
  const [train, test] = await Promise.all(['train', 't10k'].map((part) => loadSet(folder, part)));
  if (train.height !== test.height || train.width !== test.width) {
    const [trained, tested] = [train, test].map(({ height, width }) => `${height} x ${width}`);
    const path = join(folder, imagesFile('t10k'));
    throw invalidIdx(path, `it has images of ${tested}, but ${TRAIN_IMAGES} has images of ${trained}`, path);
  }
  return { train, test };
}

/**
 * Reads the four files as a dataset.
 *
 * @param classNames default: the numbers from 0 to the largest label of a training image
 * @throws {FileError} `invalid-idx` as `loadIdxFolder`, and for a label that is not the index of a class
 */
export async function loadIdxDataset(
  folder: string,
  name: string,
  classNames?: readonly string[],
): Promise<Dataset> {
  const { train, test } = await loadIdxFolder(folder);
  const dataset = { name, classNames: classNames ?? numbers(train.labels), train, test };
  for (const [part, { labels }] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const index = labels.findIndex((label) => label >= dataset.classNames.length);
    if (index === -1) continue;
    const path = join(folder, labelsFile(part));
    const last = dataset.classNames.length - 1;
    throw invalidIdx(path, `image ${index} has the label ${labels[index]}; expected 0 to ${last}`, path);
  }
  return dataset;
}

/** Returns the numbers up to the largest label as class names. */
function numbers(labels: ArrayLike<number>): string[] {
  const largest = Array.from(labels).reduce((a, b) => Math.max(a, b));
  return Array.from({ length: largest + 1 }, (_, label) => String(label));
}

function imagesFile(part: string): string {
  return `${part}-images-idx3-ubyte`;
}

function labelsFile(part: string): string {
  return `${part}-labels-idx1-ubyte`;
}

async function loadSet(folder: string, part: string): Promise<ImageSet> {
  const files = [imagesFile(part), labelsFile(part)];
  const paths = files.map((file) => join(folder, file));
  const [images, labels] = await Promise.all(paths.map(readDecompressed));
  return imageSetFromIdx(images, labels, paths);
}

/** Reads a file, or decompresses the one with .gz after its name. */
async function readDecompressed(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const packed = await readRegularFile(`${path}.gz`).catch((packedError) => {
      throw packedError.code === 'ENOENT' ? error : packedError;
    });
    const bytes = await promisify(gunzip)(packed, { maxOutputLength: MAX_FILE_BYTES }).catch((cause) => {
      throw invalidIdx(`${path}.gz`, `it cannot be decompressed (${cause.message})`, `${path}.gz`, cause);
    });
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}

/**
 * Combines the bytes of two IDX files.
 *
 * @param images count x height x width gray values
 * @param labels count class indices
 * @param paths of both files, only for errors
 * @throws {FileError} `invalid-idx`
 */
export function imageSetFromIdx(
  images: Uint8Array,
  labels: Uint8Array,
  paths: readonly string[] = [],
): ImageSet {
  const pictures = parseIdx(images, paths[0]);
  const classes = parseIdx(labels, paths[1]);
  const [count, height, width] = pictures.dimensions;
  if (
    pictures.dimensions.length !== 3 ||
    classes.dimensions.length !== 1 ||
    classes.dimensions[0] !== count
  ) {
    const got = `${pictures.dimensions.join(' x ')} images and ${classes.dimensions.join(' x ')} labels`;
    throw invalidIdx(
      paths[0] ?? 'The pair of files',
      `${got}; expected count x height x width images and the same count of labels`,
      paths[0],
    );
  }
  if (pictures.values.length === 0) {
    throw invalidIdx(
      paths[0] ?? 'The file',
      `it has ${pictures.dimensions.join(' x ')} images and no pixels`,
      paths[0],
    );
  }
  return { images: pictures.values, labels: classes.values, count, height, width, channels: 1 };
}
