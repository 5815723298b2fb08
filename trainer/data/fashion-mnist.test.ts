import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { loadFashionMnist } from './fashion-mnist.js';
import { writeIdxFolder } from './testing.js';

it('is read from the first folder that has it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  const written = await writeIdxFolder(folder, { train: 4, test: 2, pack: gzipSync });
  const { name, classNames, ...sets } = await loadFashionMnist([join(folder, 'none'), folder]);
  expect({ name, last: classNames[9] }).toEqual({ name: 'fashion-mnist', last: 'ankle boot' });
  expect(sets).toEqual(written);
  await rm(folder, { recursive: true });
});

it('rejects folders without the files', async () => {
  await expect(loadFashionMnist(['no/where'])).rejects.toMatchObject({
    ...{ name: 'UsageError', code: 'dataset-not-found', expected: ['no/where'] },
  });
});
