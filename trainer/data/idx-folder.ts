/** A folder of the four MNIST files, for MNIST and whatever came after it in the same format. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ImageSet } from './dataset.js';
import { InvalidIdxError, parseIdx } from './idx.js';

/** Of the training images; with or without .gz. */
export const IDX_TRAIN_IMAGES = 'train-images-idx3-ubyte';

/**
 * `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, and the same of `t10k`; each may be packed as .gz.
 *
 * @throws InvalidIdxError naming a file that is damaged, or files that do not belong together
 */
export async function loadIdxFolder(folder: string): Promise<{ train: ImageSet; test: ImageSet }> {
  const [train, test] = await Promise.all(['train', 't10k'].map((part) => loadSet(folder, part)));
  return { train, test };
}

async function loadSet(folder: string, part: string): Promise<ImageSet> {
  const files = [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`];
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
 * @param images an IDX file of count x height x width grey values
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
  return { images: pictures.values, labels: classes.values, count, height, width, channels: 1 };
}
