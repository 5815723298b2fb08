import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { loadCifar10, parseCifar10 } from './cifar10.js';
import { loadDataset } from './datasets.js';
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

/** Writes a batch as Python 2 does, instruction by instruction. */
function pickled(records: readonly Buffer[]): Buffer {
  const text = (value: string) => [Buffer.of(0x55, value.length), Buffer.from(value)];
  const name = (module: string, member: string) => Buffer.from(`c${module}\n${member}\n`);
  const pixels = Buffer.concat(records.map((bytes) => bytes.subarray(1)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(pixels.length);
  const minusOne = Buffer.of(0x4a, 0xff, 0xff, 0xff, 0xff);
  return Buffer.concat([
    Buffer.from([0x80, 2, 0x7d, 0x71, 1, 0x28]), // a dictionary, and a mark
    ...text('batch_label'),
    ...text('training batch 1 of 5'),
    ...text('labels'),
    Buffer.from([0x5d, 0x71, 2, 0x28, ...records.flatMap(([label]) => [0x4b, label]), 0x65]),
    ...text('data'),
    name('numpy.core.multiarray', '_reconstruct'),
    name('numpy', 'ndarray'),
    Buffer.from([0x4b, 0, 0x85]),
    ...text('b'),
    Buffer.from([0x87, 0x52, 0x28, 0x4b, 1, 0x4b, records.length, 0x4d, 0x00, 0x0c, 0x86]),
    name('numpy', 'dtype'),
    ...text('u1'),
    Buffer.from([0x4b, 0, 0x4b, 1, 0x87, 0x52, 0x28, 0x4b, 3]),
    ...text('|'),
    Buffer.from('NNN'),
    minusOne,
    minusOne,
    Buffer.from([0x4b, 0, 0x74, 0x62, 0x89, 0x54]),
    length,
    pixels,
    Buffer.from('tbu.'),
  ]);
}

describe('the Python version', () => {
  const write = (files: Record<string, Uint8Array | string>) => writeFiles(join(folder, 'py'), files);

  it('has the same images as the binary one, also in a folder of an archive', async () => {
    const [train, test] = [[record(9), record(0)], [record(5)]];
    await writeFiles(join(folder, 'bin'), {
      'data_batch_1.bin': Buffer.concat(train),
      'test_batch.bin': Buffer.concat(test),
    });
    await write({
      'in/data_batch_1': pickled(train),
      'in/test_batch': pickled(test),
      'in/batches.meta': 'x',
    });
    expect(await loadDataset(join(folder, 'py'))).toEqual(await loadCifar10(join(folder, 'bin')));
  });

  it('is rejected if it is damaged, whatever is in it', async () => {
    const whole = pickled([record(1), record(2)]);
    const damaged = fc.oneof(
      fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
      fc.tuple(fc.nat(90), fc.nat(255)).map(([at, byte]) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        return changed;
      }),
      fc.uint8Array({ maxLength: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async (bytes) => {
        await writeFiles(join(folder, 'damaged'), { data_batch_1: bytes, test_batch: pickled([record(5)]) });
        const outcome = await loadCifar10(join(folder, 'damaged')).catch((error) => error);
        // A changed byte of a text may do no harm.
        if (outcome instanceof Error)
          expect(outcome).toMatchObject({ name: 'FileError', code: 'invalid-cifar10' });
        else expect(outcome.train.count).toBe(2);
      }),
    );
    // os.system('true') is data here, and has no images.
    await write({ data_batch_1: "cos\nsystem\n(S'true'\ntR.", test_batch: pickled([record(5)]) });
    expect(await rejection(loadCifar10(join(folder, 'py')))).toMatchObject({ code: 'invalid-cifar10' });
  });
});
