/**
 * CIFAR-10: 50,000 + 10,000 pictures, 32x32 color (Krizhevsky 2009), from the files of its binary version
 * (https://www.cs.toronto.edu/~kriz/cifar.html), `data_batch_*.bin` and `test_batch.bin`:
 *
 *     each image   u8 label, then 32 x 32 bytes of red, of green and of blue
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError } from '@bd-edge/sdk/internal';
import type { Dataset, ImageSet } from './dataset.js';
import { DatasetMissingError } from './mnist.js';

export class InvalidCifarError extends FileError {
  override readonly name = 'InvalidCifarError';
}

export const CIFAR10_CLASSES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

export const CIFAR10_TEST_FILE = 'test_batch.bin';

/** Where to look: below the working directory, under the name that the archive unpacks to. */
const FOLDERS = ['data/cifar-10-batches-bin', 'data/cifar10'];
const TRAIN_FILE = /^data_batch_\d+\.bin$/;

const SIDE = 32;
const PLANE = SIDE * SIDE;
const RECORD = 1 + 3 * PLANE;

/**
 * @param folder default: the first usual place that has the files
 * @throws DatasetMissingError where the files are in none of the usual places
 * @throws InvalidCifarError naming a file that is damaged
 */
export async function loadCifar10(folder?: string): Promise<Dataset> {
  const found = folder ?? FOLDERS.find((candidate) => existsSync(join(candidate, CIFAR10_TEST_FILE)));
  if (found === undefined) {
    throw new DatasetMissingError(
      `The files of CIFAR-10 are in none of ${FOLDERS.join(', ')}; unpack the binary version from https://www.cs.toronto.edu/~kriz/cifar.html there, or name its folder instead of the dataset.`,
    );
  }
  const files = (await readdir(found)).filter((name) => TRAIN_FILE.test(name)).sort();
  if (files.length === 0)
    throw new InvalidCifarError(`${found} has no data_batch_1.bin; unpack the whole archive.`);
  const train = await Promise.all(files.map((name) => readFile(join(found, name))));
  const test = await readFile(join(found, CIFAR10_TEST_FILE));
  const check = (bytes: Uint8Array, name: string) => checkRecords(bytes, join(found, name));
  train.forEach((bytes, i) => {
    check(bytes, files[i]);
  });
  check(test, CIFAR10_TEST_FILE);
  return {
    name: 'cifar10',
    classes: CIFAR10_CLASSES,
    train: parseCifar10(train),
    test: parseCifar10([test]),
  };
}

/** @param files of whole records */
export function parseCifar10(files: readonly Uint8Array[]): ImageSet {
  const count = files.reduce((sum, bytes) => sum + bytes.length / RECORD, 0);
  const images = new Uint8Array(count * 3 * PLANE);
  const labels = new Uint8Array(count);
  let index = 0;
  for (const bytes of files) {
    for (let at = 0; at < bytes.length; at += RECORD, index++) {
      labels[index] = bytes[at];
      const start = 3 * PLANE * index;
      for (let c = 0; c < 3; c++) {
        const plane = at + 1 + c * PLANE;
        for (let i = 0; i < PLANE; i++) images[start + 3 * i + c] = bytes[plane + i];
      }
    }
  }
  return { images, labels, count, height: SIDE, width: SIDE, channels: 3 };
}

function checkRecords(bytes: Uint8Array, path: string): void {
  if (bytes.length === 0 || bytes.length % RECORD !== 0) {
    throw new InvalidCifarError(
      `${path} has ${bytes.length} bytes, not a whole number of images of ${RECORD}; fetch it anew.`,
    );
  }
  for (let at = 0; at < bytes.length; at += RECORD) {
    if (bytes[at] < CIFAR10_CLASSES.length) continue;
    throw new InvalidCifarError(
      `${path} has the label ${bytes[at]} at image ${at / RECORD}, not 0 to 9; fetch it anew.`,
    );
  }
}
