/** A folder of the four MNIST files, for MNIST and whatever came after it in the same format. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dataset, ImageSet } from './dataset.js';
import { InvalidIdxError, parseIdx } from './idx.js';

/** Of the training images; with or without .gz. */
const TRAIN_IMAGES = imagesFile('train');

/** Whether a folder is one that `loadIdxFolder` reads: it has the training images. */
export function hasIdxFiles(folder: string): boolean {
  return ['', '.gz'].some((ending) => existsSync(join(folder, `${TRAIN_IMAGES}${ending}`)));
}

/**
 * `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, and the same of `t10k`; each may be packed as .gz.
 *
 * @throws InvalidIdxError naming a file that is damaged or empty, or files that do not belong together
 */
export async function loadIdxFolder(folder: string): Promise<{ train: ImageSet; test: ImageSet }> {
  const [train, test] = await Promise.all(['train', 't10k'].map((part) => loadSet(folder, part)));
  if (train.height !== test.height || train.width !== test.width) {
    const [trained, tested] = [train, test].map(({ height, width }) => `${height} x ${width}`);
    throw new InvalidIdxError(
      `${join(folder, imagesFile('t10k'))} has images of ${tested}, and ${TRAIN_IMAGES} of ${trained}; both must be of one size.`,
    );
  }
  return { train, test };
}

/**
 * The four files as a dataset.
 *
 * @param classes default: the numbers from 0 to the largest label of a training image
 * @throws InvalidIdxError as `loadIdxFolder`, and naming a label that is none of the classes
 */
export async function loadIdxDataset(
  folder: string,
  name: string,
  classes?: readonly string[],
): Promise<Dataset> {
  const { train, test } = await loadIdxFolder(folder);
  const dataset = { name, classes: classes ?? numbers(train.labels), train, test };
  for (const [part, { labels }] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const index = labels.findIndex((label) => label >= dataset.classes.length);
    if (index === -1) continue;
    throw new InvalidIdxError(
      `${join(folder, labelsFile(part))} has the label ${labels[index]} at image ${index}, and the classes are 0 to ${dataset.classes.length - 1}; fetch it anew.`,
    );
  }
  return dataset;
}

/** Class names, up to the largest label. */
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
  const [images, labels] = await Promise.all(files.map((file) => readUnpacked(join(folder, file))));
  try {
    return imageSetFromIdx(images, labels);
  } catch (cause) {
    if (!(cause instanceof InvalidIdxError)) throw cause;
    throw new InvalidIdxError(`${join(folder, files[0])} and its labels: ${cause.message}`, { cause });
  }
}

/** The file, or what is packed in the one with .gz behind its name. */
async function readUnpacked(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const packed = await readFile(`${path}.gz`).catch(() => {
      throw error;
    });
    return promisify(gunzip)(packed).catch((cause) => {
      throw new InvalidIdxError(`${path}.gz is damaged (${cause.message}); fetch it anew.`, { cause });
    });
  }
}

/**
 * @param images an IDX file of count x height x width gray values
 * @param labels an IDX file of count class indices
 */
export function imageSetFromIdx(images: Uint8Array, labels: Uint8Array): ImageSet {
  const pictures = parseIdx(images);
  const classes = parseIdx(labels);
  const [count, height, width] = pictures.dimensions;
  if (
    pictures.dimensions.length !== 3 ||
    classes.dimensions.length !== 1 ||
    classes.dimensions[0] !== count
  ) {
    const got = `${pictures.dimensions.join(' x ')} images and ${classes.dimensions.join(' x ')} labels`;
    throw new InvalidIdxError(
      `The files hold ${got}; pass count x height x width images and as many labels.`,
    );
  }
  if (pictures.values.length === 0) {
    throw new InvalidIdxError(`The files hold ${pictures.dimensions.join(' x ')} images; fetch them anew.`);
  }
  return { images: pictures.values, labels: classes.values, count, height, width, channels: 1 };
}
