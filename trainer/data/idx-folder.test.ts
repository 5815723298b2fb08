import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InvalidIdxError } from './idx.js';
import { imageSetFromIdx, loadIdxDataset, loadIdxFolder } from './idx-folder.js';
import { writeIdxFolder } from './testing.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bd-edge-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('reads the four files, plain or packed', async () => {
  const written = await writeIdxFolder(folder, { train: 5, test: 2 });
  expect(await loadIdxFolder(folder)).toEqual(written);
  await rm(join(folder, 'train-images-idx3-ubyte'));
  await rm(join(folder, 't10k-labels-idx1-ubyte'));
  await writeIdxFolder(folder, { train: 5, test: 2, pack: gzipSync });
  expect(await loadIdxFolder(folder)).toEqual(written);
});

it('names a file that is missing, or a packed one that is damaged', async () => {
  await expect(loadIdxFolder(folder)).rejects.toThrow(/no such file.*idx/);
  await writeIdxFolder(folder, { train: 5, test: 2, pack: gzipSync });
  await writeFile(join(folder, 'train-images-idx3-ubyte.gz'), 'nonsense');
  await expect(loadIdxFolder(folder)).rejects.toThrow(InvalidIdxError);
  await expect(loadIdxFolder(folder)).rejects.toThrow(/train-images-idx3-ubyte.gz is damaged/);
});

it('has the classes of the training labels, unless they are given', async () => {
  await writeIdxFolder(folder, { train: 5, test: 2 });
  expect((await loadIdxDataset(folder, 'some')).classNames).toEqual(['0', '1', '2', '3', '4']);
  expect((await loadIdxDataset(folder, 'some', ['a', 'b', 'c', 'd', 'e', 'f'])).classNames).toHaveLength(6);
});

it('names a label that is no class', async () => {
  await writeIdxFolder(folder, { train: 5, test: 2 });
  const labels = join(folder, 't10k-labels-idx1-ubyte');
  await writeFile(labels, Buffer.from(await readFile(labels)).fill(200, 9));
  await expect(loadIdxDataset(folder, 'some')).rejects.toThrow(InvalidIdxError);
  await expect(loadIdxDataset(folder, 'some')).rejects.toThrow(
    `${labels} has the label 200 at image 1, and the classes are 0 to 4`,
  );
  await expect(loadIdxDataset(folder, 'some', ['a', 'b'])).rejects.toThrow(
    /train-labels-idx1-ubyte has the label 2 at image 2/,
  );
});

it('refuses parts of different sizes, and empty ones', async () => {
  await writeIdxFolder(folder, { train: 5, test: 2 });
  const images = join(folder, 't10k-images-idx3-ubyte');
  const header = (await readFile(images)).subarray(0, 16);
  header.writeUInt32BE(8, 8);
  await writeFile(images, Buffer.concat([header, Buffer.alloc(2 * 8 * 28)]));
  await expect(loadIdxFolder(folder)).rejects.toThrow(InvalidIdxError);
  await expect(loadIdxFolder(folder)).rejects.toThrow(
    `${images} has images of 8 x 28, and train-images-idx3-ubyte of 28 x 28`,
  );
  await writeIdxFolder(folder, { train: 5, test: 0 });
  await expect(loadIdxFolder(folder)).rejects.toThrow(InvalidIdxError);
  await expect(loadIdxFolder(folder)).rejects.toThrow(/t10k-images.* The files hold 0 x 28 x 28 images/);
});

it('refuses files that do not belong together', () => {
  const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 200);
  const twoLabels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 3, 4);
  expect(() => imageSetFromIdx(images, twoLabels)).toThrow(InvalidIdxError);
  expect(() => imageSetFromIdx(twoLabels, twoLabels)).toThrow('The files hold 2 images and 2 labels');
});
