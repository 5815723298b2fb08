import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InvalidIdxError } from './idx.js';
import { imageSetFromIdx, loadIdxFolder } from './idx-folder.js';
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

it('refuses files that do not belong together', () => {
  const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 200);
  const twoLabels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 3, 4);
  expect(() => imageSetFromIdx(images, twoLabels)).toThrow(InvalidIdxError);
  expect(() => imageSetFromIdx(twoLabels, twoLabels)).toThrow('The files hold 2 images and 2 labels');
});
