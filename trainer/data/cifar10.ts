/**
 * CIFAR-10: 50,000 + 10,000 pictures, 32x32 color (Krizhevsky 2009), from the files of its binary version
 * (https://www.cs.toronto.edu/~kriz/cifar.html), `data_batch_*.bin` and `test_batch.bin`:
 *
 *     each image   u8 label, then 32 x 32 bytes of red, of green and of blue
 *
 * The Python version, `data_batch_*` and `test_batch`, has dictionaries in the pickle format: `data` are the pixels of all
 * images in the same order, `labels` a list of numbers.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError, UsageError } from '@bd-edge/sdk/internal';
import { readRegularFile } from '@bd-edge/sdk/internal/files';
import type { Dataset, ImageSet } from './dataset.js';
import { bytesOf, parsePickle } from './pickle.js';

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

/** The test images of the Python version. */
export const CIFAR10_PYTHON_FILE = 'test_batch';

/** Default folders, relative to the working directory; the first has the name in the archive. */
const FOLDERS = ['data/cifar-10-batches-bin', 'data/cifar10', 'data/cifar-10-batches-py'];
const TRAIN_FILE = /^data_batch_\d+\.bin$/;
const PYTHON_TRAIN_FILE = /^data_batch_\d+$/;

/** Returns whether a folder has the files of one of the versions. */
export function hasCifar10Files(folder: string): boolean {
  return [CIFAR10_TEST_FILE, CIFAR10_PYTHON_FILE].some((name) => existsSync(join(folder, name)));
}

const SIDE = 32;
const PLANE = SIDE * SIDE;
const RECORD = 1 + 3 * PLANE;

/**
 * Loads CIFAR-10.
 *
 * @param folder default: the first default folder that has the files
 * @throws {UsageError} `dataset-not-found` if none of the default folders has them
 * @throws {FileError} `invalid-cifar10` for a damaged or missing file
 */
export async function loadCifar10(folder?: string): Promise<Dataset> {
  const found = folder ?? FOLDERS.find(hasCifar10Files);
  if (found === undefined) {
    throw new UsageError(
      'dataset-not-found',
      `CIFAR-10 was not found in ${FOLDERS.join(' or ')}; unpack the binary or the Python version from https://www.cs.toronto.edu/~kriz/cifar.html there, or pass its folder instead of the name.`,
      { received: 'cifar10', expected: FOLDERS },
    );
  }
  const isBinary = existsSync(join(found, CIFAR10_TEST_FILE));
  const [trainFile, testFile] = isBinary
    ? [TRAIN_FILE, CIFAR10_TEST_FILE]
    : [PYTHON_TRAIN_FILE, CIFAR10_PYTHON_FILE];
  const read = async (name: string) => {
    const bytes = await readRegularFile(join(found, name));
    return isBinary ? bytes : recordsOf(bytes, join(found, name));
  };
  const files = (await readdir(found)).filter((name) => trainFile.test(name)).sort();
  if (files.length === 0) throw invalid(found, 'has no data_batch_1; unpack the complete archive');
  const train = await Promise.all(files.map(read));
  const test = await read(testFile);
  const check = (bytes: Uint8Array, name: string) => checkRecords(bytes, join(found, name));
  train.forEach((bytes, i) => {
    check(bytes, files[i]);
  });
  check(test, testFile);
  return {
    name: 'cifar10',
    classNames: CIFAR10_CLASSES,
    train: parseCifar10(train),
    test: parseCifar10([test]),
  };
}

/**
 * Converts records to images with the channels last.
 *
 * @param files bytes of complete records
 */
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

/** Converts a file of the Python version to the records of the binary one. */
function recordsOf(bytes: Uint8Array, path: string): Uint8Array {
  const damaged = (reason: string) => invalid(path, `cannot be read (${reason}); download it again`);
  const batch = (() => {
    try {
      return parsePickle(bytes);
    } catch (error) {
      throw damaged((error as Error).message);
    }
  })();
  if (!(batch instanceof Map)) throw damaged('it is not a dictionary');
  const pixels = bytesOf(batch.get('data'));
  const labels = batch.get('labels');
  if (pixels === undefined || !Array.isArray(labels)) throw damaged('it has no data or no labels');
  if (pixels.length !== labels.length * 3 * PLANE)
    throw damaged(`it has ${pixels.length} bytes of pixels for ${labels.length} labels`);
  const records = new Uint8Array(labels.length * RECORD);
  for (const [i, label] of labels.entries()) {
    // Labels that are not numbers are rejected as those out of range.
    records[i * RECORD] = typeof label === 'number' && label >= 0 && label < 255 ? label : 255;
    records.set(pixels.subarray(i * 3 * PLANE, (i + 1) * 3 * PLANE), i * RECORD + 1);
  }
  return records;
}

function checkRecords(bytes: Uint8Array, path: string): void {
  if (bytes.length === 0 || bytes.length % RECORD !== 0) {
    throw invalid(
      path,
      `has ${bytes.length} bytes, which is not a multiple of ${RECORD} for an image; download it again`,
    );
  }
  for (let at = 0; at < bytes.length; at += RECORD) {
    if (bytes[at] < CIFAR10_CLASSES.length) continue;
    throw invalid(
      path,
      `has the label ${bytes[at]} for image ${at / RECORD}; expected 0 to 9; download it again`,
    );
  }
}

function invalid(path: string, problem: string): FileError {
  return new FileError('invalid-cifar10', `${path} ${problem}.`, { path });
}
