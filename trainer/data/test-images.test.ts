/** Folders as people have them, for a test of a network that is trained. */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { loadImageFolder } from './folder/image-folder.js';
import { streamImageFolder } from './folder/image-stream.js';
import { loadTestImages, type TestImagesOptions } from './test-images.js';
import { writeFiles, writeIdxFolder } from './testing.js';

let folder: string;
let cacheDirectory: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  cacheDirectory = join(folder, '.cache');
});
afterEach(() => rm(folder, { recursive: true }));

const GRAY = { cat: 10, dog: 100, fox: 200 } as const;

/** Writes pictures of one gray for each class. */
async function write(at: string, counts: Partial<Record<keyof typeof GRAY, number>>): Promise<void> {
  for (const [name, count] of Object.entries(counts)) {
    const gray = GRAY[name as keyof typeof GRAY];
    const picture = await sharp(Buffer.alloc(16, gray), { raw: { width: 4, height: 4, channels: 1 } })
      .png()
      .toBuffer();
    for (let i = 0; i < count; i++) await writeFiles(folder, { [`${at}/${name}/${i}.png`]: picture });
  }
}

const load = (name: string, options: TestImagesOptions = {}) =>
  loadTestImages(join(folder, name), { height: 1, width: 1, channels: 1, cacheDirectory, ...options });

/** The gray of each image by its label: labels and images must fit together. */
const graysOf = ({ labels, images }: { labels: ArrayLike<number>; images: Uint8Array }) =>
  Array.from(labels, (label, i) => [label, images[i]]);

describe('a folder that did not train the network', () => {
  it('is used whole, with few images of a subset of the classes, in the order of the network', async () => {
    await write('fresh', { dog: 2, cat: 1 });
    const { test, part, classNames } = await load('fresh', { classNames: ['fox', 'dog', 'cat'] });
    expect(part).toBe('all');
    expect(classNames).toEqual(['fox', 'dog', 'cat']);
    expect(graysOf(test)).toEqual([
      [1, 100],
      [1, 100],
      [2, 10],
    ]);
    expect(test.files).toEqual(
      ['dog/0.png', 'dog/1.png', 'cat/0.png'].map((name) => join(folder, 'fresh', ...name.split('/'))),
    );
  });

  it.each(['test', 'val', 'valid', 'Testing'])('may have only %s/, which is not a class', async (part) => {
    await write(`fresh/${part}`, { cat: 1, dog: 1 });
    const found = await load('fresh', { classNames: ['cat', 'dog', 'fox'] });
    expect(graysOf(found.test)).toEqual([
      [0, 10],
      [1, 100],
    ]);
    expect(found.part).toBe('test');
  });

  it('may have its classes one folder deeper, and may be one class', async () => {
    await write('archive/fresh', { dog: 3 });
    expect((await load('archive', { classNames: ['cat', 'dog'] })).test.count).toBe(3);
    await write('lone', { dog: 3 });
    expect(graysOf((await load('lone', { classNames: ['cat', 'dog'] })).test)[0]).toEqual([1, 100]);
  });

  it('names classes that the network does not have, and folders without classes', async () => {
    await write('fresh', { cat: 1, fox: 1 });
    expect(await rejection(load('fresh', { classNames: ['cat', 'dog'] }))).toMatchObject({
      ...{ name: 'UsageError', code: 'other-classes', message: expect.stringMatching(/fox.*cat, dog/) },
    });
    await writeFiles(folder, { 'flat/1.png': '' });
    expect((await rejection(load('flat'))).message).toContain('bd-edge predict');
  });
});

describe('the folder that trained the network', () => {
  const trained = async (at: string) => {
    const options = { height: 1, width: 1, channels: 1, cacheDirectory };
    const { fingerprint, heldOut, test } = await loadImageFolder(join(folder, at), options);
    const stream = await streamImageFolder(join(folder, at), options);
    expect(stream).toMatchObject({ fingerprint, heldOut });
    return { test, trainedOn: { name: at, fingerprint, heldOut } };
  };

  it('gives the images that training held out, also at another place', async () => {
    await write('pictures', { cat: 10, dog: 10 });
    const { test, trainedOn } = await trained('pictures');
    await rename(join(folder, 'pictures'), join(folder, 'moved'));
    const found = await load('moved', { classNames: ['cat', 'dog'], trainedOn });
    expect(found.part).toBe('held-out');
    expect(graysOf(found.test)).toEqual(graysOf(test));
    expect(found.test.count).toBe(4);
    // The order of the network's classes does not matter.
    expect(await load('moved', { classNames: ['dog', 'cat'], trainedOn })).toMatchObject({
      part: 'held-out',
    });
  });

  it('gives its test part, and its training part with a note', async () => {
    await write('pictures/train', { cat: 3, dog: 3 });
    await write('pictures/test', { cat: 1, dog: 2 });
    const { trainedOn } = await trained('pictures');
    const options = { classNames: ['cat', 'dog'], trainedOn };
    expect(await load('pictures', options)).toMatchObject({ part: 'test', test: { count: 3 } });
    const own = await load('pictures/train', options);
    expect(own).toMatchObject({ part: 'all', test: { count: 6 } });
    expect(own.notes?.join()).toContain('was trained on');
  });

  it('is used whole after a change, with a note', async () => {
    await write('pictures', { cat: 10, dog: 10 });
    const { trainedOn } = await trained('pictures');
    await write('pictures', { cat: 11 });
    const found = await load('pictures', { classNames: ['cat', 'dog'], trainedOn });
    expect(found).toMatchObject({ part: 'all', test: { count: 21 } });
    expect(found.notes?.join()).toContain('may have trained');
  });
});

it('datasets of other kinds give their test images, by the names of the classes', async () => {
  await writeIdxFolder(join(folder, 'stripes'), { train: 20, test: 10 });
  const digits = Array.from('0123456789');
  const { test, part } = await load('stripes', { classNames: digits.toReversed() });
  expect(part).toBe('test');
  expect(Array.from(test.labels)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  // Training images are not needed.
  for (const file of ['images-idx3', 'labels-idx1']) await rm(join(folder, 'stripes', `train-${file}-ubyte`));
  expect((await load('stripes')).test.count).toBe(10);
  expect(await rejection(load('stripes', { classNames: digits.with(3, 'three') }))).toMatchObject({
    code: 'other-classes',
  });
});

it('pictures are prepared as the network demands', async () => {
  // White, black in the middle half, white.
  const wide = Buffer.from(
    Array.from({ length: 80 * 40 }, (_, i) => (Math.abs((i % 80) - 39.5) < 20 ? 0 : 255)),
  );
  const picture = await sharp(wide, { raw: { width: 80, height: 40, channels: 1 } })
    .png()
    .toBuffer();
  await writeFiles(folder, { 'wide/cat/1.png': picture });
  const pixels = async (preparation: TestImagesOptions['preparation']) =>
    Array.from((await load('wide', { height: 4, width: 4, preparation })).test.images);
  const black = new Array(16).fill(0);
  // The filter that scales overshoots a little beside an edge.
  expect(Math.max(...(await pixels({ centerShare: 0.75 })))).toBeLessThan(10);
  expect(Math.min(...(await pixels({ centerShare: 0.75, invert: true })))).toBeGreaterThan(245);
  expect((await pixels({ fit: 'fill' }))[4]).toBeGreaterThan(200);
  expect(await pixels({ fit: 'fill', centerShare: 0.5 })).toEqual(black);
  const contained = await pixels({ fit: 'contain', invert: true });
  expect(contained.slice(0, 4)).toEqual([0, 0, 0, 0]);
  expect(contained[5]).toBeGreaterThan(200);
});

it('one bad file is skipped, and a folder of nothing else is not used', async () => {
  await write('fresh', { cat: 1 });
  await writeFile(join(folder, 'fresh', 'cat', 'bad.png'), 'none');
  expect(await rejection(load('fresh'))).toMatchObject({ code: 'corrupt-image' });
  expect(await load('fresh', { corrupt: 'skip' })).toMatchObject({
    test: { count: 1 },
    skipped: [join(folder, 'fresh', 'cat', 'bad.png')],
  });
  await mkdir(join(folder, 'bad', 'cat'), { recursive: true });
  await writeFile(join(folder, 'bad', 'cat', 'bad.png'), 'none');
  expect(await rejection(load('bad', { corrupt: 'skip' }))).toMatchObject({ code: 'invalid-image-folder' });
});
