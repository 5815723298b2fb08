/** A folder of the four MNIST files, for MNIST and later datasets in the same format. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MAX_FILE_BYTES, readRegularFile } from '@bd-edge/sdk/internal/files';
import type { Dataset, ImageSet } from './dataset.js';
import { invalidIdx, parseIdx } from './idx.js';

const PARTS = ['train', 't10k'] as const;
type Part = (typeof PARTS)[number];

/** The names in messages. */
const imagesFile = (part: Part) => `${part}-images-idx3-ubyte`;
const labelsFile = (part: Part) => `${part}-labels-idx1-ubyte`;

/** The first bytes of gzip, whatever the name of the file. */
const GZIP = [0x1f, 0x8b];

/** Returns whether a folder has the training images that `loadIdxFolder` reads, or test images. */
export function hasIdxFiles(folder: string): boolean {
  return PARTS.some((part) => findFile(folder, imagesFile(part)) !== undefined);
}

/**
 * Finds a file by its usual name, or by the names that mirrors give it: with a dot, as in `train-images.idx3-ubyte`, with
 * `.gz`, or in a folder of its own name.
 */
function findFile(folder: string, name: string): string | undefined {
  const names = [name, name.replace(/-(idx\d)/, '.$1')].flatMap((plain) => [plain, `${plain}.gz`]);
  for (const candidate of names) {
    const path = join(folder, candidate);
    if (!existsSync(path)) continue;
    if (!statSync(path).isDirectory()) return path;
    const inner = readdirSync(path).find((entry) => names.includes(entry));
    if (inner !== undefined) return join(path, inner);
  }
  return undefined;
}

/**
 * Reads `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the same files of `t10k`. Each may be compressed by gzip.
 *
 * @throws {FileError} `invalid-idx` for a damaged or empty file, or for files that do not match
 */
export async function loadIdxFolder(folder: string): Promise<{ train: ImageSet; test: ImageSet }> {
  const [train, test] = await Promise.all(PARTS.map((part) => loadSet(folder, part)));
  if (train.height !== test.height || train.width !== test.width) {
    const [trained, tested] = [train, test].map(({ height, width }) => `${height} x ${width}`);
    const path = join(folder, imagesFile('t10k'));
    throw invalidIdx(
      path,
      `it has images of ${tested}, but ${imagesFile('train')} has images of ${trained}`,
      path,
    );
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
  checkLabels(folder, 'train', train, dataset.classNames);
  checkLabels(folder, 't10k', test, dataset.classNames);
  return dataset;
}

/**
 * Reads the two files of test images. The training images may be missing.
 *
 * @param classNames default: the numbers from 0 to the largest label
 * @throws {FileError} `invalid-idx`
 */
export async function loadIdxTest(
  folder: string,
  classNames?: readonly string[],
): Promise<{ classNames: readonly string[]; test: ImageSet }> {
  const test = await loadSet(folder, 't10k');
  const names = classNames ?? numbers(test.labels);
  checkLabels(folder, 't10k', test, names);
  return { classNames: names, test };
}

function checkLabels(folder: string, part: Part, { labels }: ImageSet, classNames: readonly string[]): void {
  const index = labels.findIndex((label) => label >= classNames.length);
  if (index === -1) return;
  const path = join(folder, labelsFile(part));
  const last = classNames.length - 1;
  throw invalidIdx(path, `image ${index} has the label ${labels[index]}; expected 0 to ${last}`, path);
}

/** Returns the numbers up to the largest label as class names. */
function numbers(labels: ArrayLike<number>): string[] {
  const largest = Array.from(labels).reduce((a, b) => Math.max(a, b), 0);
  return Array.from({ length: largest + 1 }, (_, label) => String(label));
}

async function loadSet(folder: string, part: Part): Promise<ImageSet> {
  const paths = [imagesFile(part), labelsFile(part)].map(
    (name) => findFile(folder, name) ?? join(folder, name),
  );
  const [images, labels] = await Promise.all(paths.map(readDecompressed));
  return imageSetFromIdx(images, labels, paths);
}

/** Reads a file, and decompresses it if it begins like gzip. */
async function readDecompressed(path: string): Promise<Uint8Array> {
  const bytes = await readRegularFile(path);
  if (!GZIP.every((byte, i) => bytes[i] === byte)) {
    if (path.endsWith('.gz') && !isIdx(bytes)) throw invalidIdx(path, 'it is not gzip', path);
    return bytes;
  }
  const plain = await promisify(gunzip)(bytes, { maxOutputLength: MAX_FILE_BYTES }).catch((cause) => {
    throw invalidIdx(path, `it cannot be decompressed (${cause.message})`, path, cause);
  });
  return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
}

/** Some servers and browsers decompress a file, and keep its name. */
const isIdx = (bytes: Uint8Array) => bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8;

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
