import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadCifar10, parseCifar10 } from './cifar10.js';
import { writeFiles } from './testing.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bd-edge-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A record whose pixel values depend on label, plane and position. */
const record = (label: number) =>
  Buffer.from([label, ...Array.from({ length: 3072 }, (_, i) => (7 * i + (i >> 8) + label) % 256)]);

it('interleaves the planes of each image, in the order of the files', async () => {
  await writeFiles(folder, {
    'data_batch_2.bin': record(3),
    'data_batch_1.bin': Buffer.concat([record(9), record(0)]),
    'test_batch.bin': record(5),
    'readme.html': '',
  });
  const { train, test, classNames } = await loadCifar10(folder);
  expect(train).toMatchObject({ count: 3, height: 32, width: 32, channels: 3 });
  expect([...train.labels, ...test.labels].map((label) => classNames[label])).toEqual([
    'truck',
    'airplane',
    'cat',
    'dog',
  ]);
});

it('keeps the position of every value', () => {
  fc.assert(
    fc.property(fc.nat(1), fc.nat(2), fc.nat(31), fc.nat(31), (image, channel, y, x) => {
      const files = [record(1), record(2)];
      const { images } = parseCifar10([Buffer.concat(files)]);
      const value = images[((image * 32 + y) * 32 + x) * 3 + channel];
      expect(value).toBe(files[image][1 + channel * 1024 + y * 32 + x]);
    }),
  );
});

it('names a damaged file', async () => {
  await writeFiles(folder, { 'data_batch_1.bin': record(0).subarray(1), 'test_batch.bin': record(5) });
  const path = join(folder, 'data_batch_1.bin');
  const error = { name: 'FileError', code: 'invalid-cifar10', path };
  await expect(loadCifar10(folder)).rejects.toMatchObject(error);
  await writeFile(path, record(10));
  await expect(loadCifar10(folder)).rejects.toMatchObject(error);
});
