import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import { imageSetFromIdx, loadIdxDataset, loadIdxFolder } from './idx-folder.js';
import { writeIdxFolder } from './testing.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bd-edge-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The error for a file of the folder. */
const invalid = (file: string) => ({ name: 'FileError', code: 'invalid-idx', path: join(folder, file) });

it('reads the four files, plain or compressed', async () => {
  const written = await writeIdxFolder(folder, { train: 5, test: 2 });
  expect(await loadIdxFolder(folder)).toEqual(written);
  await rm(join(folder, 'train-images-idx3-ubyte'));
  await rm(join(folder, 't10k-labels-idx1-ubyte'));
  await writeIdxFolder(folder, { train: 5, test: 2, pack: gzipSync });
  expect(await loadIdxFolder(folder)).toEqual(written);
});

it('names a missing file, or a damaged compressed one', async () => {
  await expect(loadIdxFolder(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  await writeIdxFolder(folder, { train: 5, test: 2, pack: gzipSync });
  await writeFile(join(folder, 'train-images-idx3-ubyte.gz'), 'nonsense');
  await expect(loadIdxFolder(folder)).rejects.toMatchObject(invalid('train-images-idx3-ubyte.gz'));
});

it('has the classes of the training labels by default', async () => {
  await writeIdxFolder(folder, { train: 5, test: 2 });
  expect((await loadIdxDataset(folder, 'some')).classNames).toEqual(['0', '1', '2', '3', '4']);
  expect((await loadIdxDataset(folder, 'some', ['a', 'b', 'c', 'd', 'e', 'f'])).classNames).toHaveLength(6);
});

it('rejects a label without a class', async () => {
  await writeIdxFolder(folder, { train: 5, test: 2 });
  const labels = join(folder, 't10k-labels-idx1-ubyte');
  await writeFile(labels, Buffer.from(await readFile(labels)).fill(200, 9));
  await expect(loadIdxDataset(folder, 'some')).rejects.toMatchObject(invalid('t10k-labels-idx1-ubyte'));
  await expect(loadIdxDataset(folder, 'some', ['a', 'b'])).rejects.toMatchObject(
    invalid('train-labels-idx1-ubyte'),
  );
});

it('rejects parts of different sizes, and empty ones', async () => {
  await writeIdxFolder(folder, { train: 5, test: 2 });
  const images = join(folder, 't10k-images-idx3-ubyte');
  const header = (await readFile(images)).subarray(0, 16);
  header.writeUInt32BE(8, 8);
  await writeFile(images, Buffer.concat([header, Buffer.alloc(2 * 8 * 28)]));
  await expect(loadIdxFolder(folder)).rejects.toMatchObject(invalid('t10k-images-idx3-ubyte'));
  await writeIdxFolder(folder, { train: 5, test: 0 });
  await expect(loadIdxFolder(folder)).rejects.toMatchObject(invalid('t10k-images-idx3-ubyte'));
});

it('rejects files that do not match', () => {
  const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 200);
  const twoLabels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 3, 4);
  expect(codeOf(() => imageSetFromIdx(images, twoLabels))).toBe('invalid-idx');
  expect(codeOf(() => imageSetFromIdx(twoLabels, twoLabels))).toBe('invalid-idx');
});
