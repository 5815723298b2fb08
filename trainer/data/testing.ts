/** Small datasets as files, for tests. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Random } from '../numbers/random.js';
import type { ImageSet } from './dataset.js';

/**
 * Writes the four MNIST files: 28x28 pictures in noise, ten classes, each with a bright stripe in a row of its own.
 *
 * @param pack compresses each file's bytes; the file's name then ends in .gz
 */
export async function writeIdxFolder(
  folder: string,
  { train, test, pack }: { train: number; test: number; pack?: (bytes: Uint8Array) => Uint8Array },
): Promise<{ train: ImageSet; test: ImageSet }> {
  const sets = { train: stripes(train, 1), test: stripes(test, 2) };
  const write = (name: string, dimensions: number[], values: Uint8Array) => {
    const header = Buffer.alloc(4 + 4 * dimensions.length);
    header.set([0, 0, 8, dimensions.length]);
    for (const [i, dimension] of dimensions.entries()) header.writeUInt32BE(dimension, 4 + 4 * i);
    const bytes = Buffer.concat([header, values]);
    return writeFile(join(folder, pack ? `${name}.gz` : name), pack ? pack(bytes) : bytes);
  };
  await mkdir(folder, { recursive: true });
  for (const [part, set] of [
    ['train', sets.train],
    ['t10k', sets.test],
  ] as const) {
    await write(`${part}-images-idx3-ubyte`, [set.count, 28, 28], set.images);
    await write(`${part}-labels-idx1-ubyte`, [set.count], set.labels as Uint8Array);
  }
  return sets;
}

function stripes(count: number, seed: number): ImageSet {
  const random = new Random(seed);
  const images = Uint8Array.from(Array.from({ length: count * 784 }, () => random.below(60)));
  const labels = Uint8Array.from(Array.from({ length: count }, (_, i) => i % 10));
  for (const [i, label] of labels.entries()) {
    images.fill(255, 784 * i + 56 * (label + 2), 784 * i + 56 * (label + 2) + 56);
  }
  return { images, labels, count, height: 28, width: 28, channels: 1 };
}

/** Writes files of bytes or text, and the folders that they are in. */
export async function writeFiles(folder: string, files: Record<string, Uint8Array | string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
