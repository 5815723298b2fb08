import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rejection } from '../../../sdk/testing/throws.js';
import { Random } from '../../numbers/random.js';
import type { Batch } from '../batch.js';
import { loadDataset } from '../datasets.js';
import { writeFiles } from '../testing.js';
import { canBeDecoded, decodeImage, loadSharp, randomPart } from './decode.js';
import { loadImageFolder, setsOf } from './image-folder.js';
import { readStream, streamImageFolder } from './image-stream.js';
import { describeIgnored, listImageFolder, MIN_IMAGES } from './listing.js';

let folder: string;
let cacheDirectory: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  cacheDirectory = join(folder, 'cache');
});
afterEach(() => rm(folder, { recursive: true }));

/** The error for a folder or file below the folder of the test. */
const invalid = (...path: string[]) => ({
  ...{ name: 'FileError', code: 'invalid-image-folder', path: join(folder, ...path) },
});

type Format = 'png' | 'jpeg' | 'webp';

/** A picture of one color. */
const plain = (background: { r: number; g: number; b: number }, format: Format = 'png', width = 12) =>
  sharp({ create: { width, height: 9, channels: 3, background } })
    .toFormat(format)
    .toBuffer();

/** Class names out of order, three formats, `count` pictures of each class in its own color. */
async function writePictures(at: string, count: number): Promise<void> {
  const formats: Format[] = ['png', 'jpeg', 'webp'];
  for (let i = 0; i < count; i++) {
    const format = formats[i % 3];
    await writeFiles(at, {
      [`red/${i}.${format}`]: await plain({ r: 200, g: 0, b: 0 }, format),
      [`blue/${i}.${format}`]: await plain({ r: 0, g: 0, b: 200 }, format),
    });
  }
}

describe('the listing', () => {
  it('has train and test, classes in order, and only images', async () => {
    await writeFiles(folder, {
      'train/b/2.PNG': '',
      'train/b/10.jpg': '',
      'train/a/x.webp': '',
      'train/a/.hidden.jpg': '',
      'train/a/notes.txt': '',
      'train/.hidden/1.jpg': '',
      'train/__MACOSX/1.jpg': '',
      'test/b/1.jpeg': '',
    });
    const { classNames, train, test } = await listImageFolder(folder);
    expect(classNames).toEqual(['a', 'b']);
    expect(train.map(({ path, label }) => [path.slice(folder.length + 1), label])).toEqual([
      [join('train', 'a', 'x.webp'), 0],
      [join('train', 'b', '10.jpg'), 1],
      [join('train', 'b', '2.PNG'), 1],
    ]);
    expect(test).toEqual([{ path: join(folder, 'test', 'b', '1.jpeg'), label: 1 }]);
  });

  it('follows links to classes, and rejects a test folder without images', async () => {
    await writeFiles(folder, { 'elsewhere/1.png': 'x', 'set/train/a/1.png': 'x', 'set/test/a/1.txt': 'x' });
    await symlink(join(folder, 'elsewhere'), join(folder, 'set', 'train', 'b'));
    const set = join(folder, 'set');
    await expect(listImageFolder(set)).rejects.toMatchObject(invalid('set', 'test'));
    await writeFiles(set, { 'test/a/1.png': 'x' });
    expect((await listImageFolder(set)).classNames).toEqual(['a', 'b']);
  });

  it('rejects a folder without classes, and tests of other classes', async () => {
    await expect(listImageFolder(folder)).rejects.toMatchObject(invalid());
    await writeFiles(folder, { 'train/a/1.png': '', 'train/b/1.png': '', 'test/c/1.png': '' });
    await expect(listImageFolder(folder)).rejects.toMatchObject(invalid('test'));
  });
});

describe('the listing of links and empty parts', () => {
  it('follows links to classes', async () => {
    await writeFiles(folder, {
      'elsewhere/1.png': '',
      'train/a/1.png': '',
      'train/notes.txt': '',
      'test/a/1.png': '',
    });
    await symlink(join(folder, 'elsewhere'), join(folder, 'train', 'b'));
    await symlink(join(folder, 'train', 'notes.txt'), join(folder, 'train', 'c'));
    const { classNames, train } = await listImageFolder(folder);
    expect(classNames).toEqual(['a', 'b']);
    expect(train.at(-1)).toEqual({ path: join(folder, 'train', 'b', '1.png'), label: 1 });
  });

  it('rejects links that cannot be followed', async () => {
    await writeFiles(folder, { 'train/a/1.png': '', 'train/b/1.png': '' });
    await symlink(join(folder, 'nowhere'), join(folder, 'train', 'c'));
    await expect(listImageFolder(folder)).rejects.toMatchObject(invalid('train', 'c'));
  });

  it('rejects a part for tests without images, or without readable ones', async () => {
    await writePictures(join(folder, 'train'), 3);
    await mkdir(join(folder, 'test', 'red'), { recursive: true });
    await expect(listImageFolder(folder)).rejects.toMatchObject(invalid('test'));
    await writeFiles(folder, { 'test/red/text.png': 'no picture' });
    for (const stream of [false, true]) {
      const load = loadDataset(folder, { stream, cacheDirectory, corrupt: 'skip' });
      await expect(load).rejects.toMatchObject(invalid());
    }
  });
});

describe('the images of a folder', () => {
  const images = (at: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${at}/${i}.png`, '']));

  it('leave other files, which are counted by extension', async () => {
    await writeFiles(folder, {
      ...images('train/a', 1),
      ...images('train/b', 1),
      ...images('test/b', 1),
      'train/a/1.HEIC': '',
      'train/b/2.heic': '',
      'train/b/README': '',
      'train/b/more/1.png': '',
      'test/b/2.bmp': '',
      'train/b/.DS_Store': '',
    });
    const { ignored } = await listImageFolder(folder);
    expect(ignored).toEqual({ '.heic': 2, 'without an extension': 1, folders: 1, '.bmp': 1 });
    expect(describeIgnored(ignored)).toBe('.heic (2), without an extension (1), folders (1), .bmp (1)');
  });

  it('are of two classes or more', async () => {
    await expect(listImageFolder(folder)).rejects.toMatchObject(invalid());
    await writeFiles(folder, images('one', 20));
    await expect(listImageFolder(folder)).rejects.toMatchObject(invalid());
  });

  it('are of each class, whose names are in the error', async () => {
    await writeFiles(folder, { ...images('a', 9), ...images('b', 9), 'raw/1.heic': '', 'raw/2.heic': '' });
    await mkdir(join(folder, 'empty'));
    const { message, ...error } = await rejection(listImageFolder(folder));
    expect(error).toMatchObject(invalid());
    for (const part of [join(folder, 'empty'), join(folder, 'raw'), '.heic (2)'])
      expect(message).toContain(part);
  });

  it('are enough in each class to hold some out', async () => {
    await writeFiles(folder, { ...images('a', 20), ...images('b', MIN_IMAGES - 1) });
    await expect(listImageFolder(folder)).rejects.toMatchObject(invalid());
    await writeFiles(folder, images('b', MIN_IMAGES));
    expect((await listImageFolder(folder)).train).toHaveLength(26);
  });

  it('are split so that every class has images in both parts', () => {
    const classes = fc.array(fc.integer({ min: MIN_IMAGES, max: 40 }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(classes, (counts) => {
        const labels = Uint8Array.from(counts.flatMap((count, label) => Array(count).fill(label)));
        const size = { height: 1, width: 1, channels: 1 };
        const set = { images: new Uint8Array(labels.length), labels, count: labels.length, ...size };
        const { train, test } = setsOf(set, undefined, folder);
        for (const part of [train, test]) expect(new Set(part.labels).size).toBe(counts.length);
      }),
    );
  });

  it('are enough when damaged ones are skipped', async () => {
    await writePictures(join(folder, 'train'), MIN_IMAGES);
    await writeFiles(folder, { 'train/red/0.png': 'no picture' });
    for (const stream of [false, true]) {
      const load = loadDataset(folder, { stream, cacheDirectory, corrupt: 'skip' });
      await expect(load).rejects.toMatchObject(invalid());
    }
  });
});

describe('decoding', () => {
  it('names sharp if its binary is not installed', async () => {
    const missing = () => Promise.reject(new Error('Could not load the "sharp" module'));
    const error = { name: 'MissingDependencyError', dependency: 'sharp' };
    await expect(loadSharp(missing)).rejects.toMatchObject(error);
  });

  it('returns color and gray, without transparency', async () => {
    const path = join(folder, 'half.png');
    const half = { r: 100, g: 50, b: 250, alpha: 0.5 };
    await sharp({ create: { width: 4, height: 4, channels: 4, background: half } }).toFile(path);
    const color = await decodeImage(sharp, path, { height: 1, width: 2, channels: 3 }, { kind: 'cover' });
    const first = Array.from(color.subarray(0, 3));
    first.forEach((value, i) => {
      expect(Math.abs(value - [50, 25, 125][i])).toBeLessThan(2);
    });
    expect(Array.from(color.subarray(3))).toEqual(first);
    const gray = await decodeImage(sharp, path, { height: 3, width: 3, channels: 1 }, { kind: 'cover' });
    expect(gray).toHaveLength(9);
  });

  it('crops the center, and applies the EXIF orientation', async () => {
    const path = join(folder, 'wide.png');
    // Left third black, middle white, right third black.
    const pixels = Buffer.from(
      Array.from({ length: 30 * 10 }, (_, i) => (i % 30 >= 10 && i % 30 < 20 ? 255 : 0)),
    );
    const raw = { width: 30, height: 10, channels: 1 } as const;
    await sharp(pixels, { raw }).withMetadata({ orientation: 6 }).toFile(path);
    const got = await decodeImage(sharp, path, { height: 4, width: 4, channels: 1 }, { kind: 'center' });
    expect(Math.min(...got)).toBeGreaterThan(230); // the filter's edges ring a little
    const random = () => ({ kind: 'random', random: new Random(3) }) as const;
    const shape = { height: 4, width: 4, channels: 1 };
    const crop = await decodeImage(sharp, path, shape, random());
    expect(crop).toEqual(await decodeImage(sharp, path, shape, random()));
  });

  it('random parts are inside the picture', () => {
    const side = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(side, side, fc.nat(), (width, height, seed) => {
        const part = randomPart({ width, height }, new Random(seed));
        expect(Math.min(part.left, part.top)).toBeGreaterThanOrEqual(0);
        expect(Math.min(part.width, part.height)).toBeGreaterThanOrEqual(1);
        expect(part.left + part.width).toBeLessThanOrEqual(width);
        expect(part.top + part.height).toBeLessThanOrEqual(height);
      }),
    );
  });
});

describe('a folder in memory', () => {
  const load = (options = {}) => loadImageFolder(folder, { height: 4, width: 4, cacheDirectory, ...options });

  it('becomes a dataset, with a fifth held out if there is no test folder', async () => {
    await writePictures(join(folder, 'train'), 10);
    await writeFiles(folder, { 'train/red/notes.txt': '' });
    const { classNames, train, test, skipped, ignored } = await load();
    expect({ classNames, skipped }).toEqual({ classNames: ['blue', 'red'], skipped: [] });
    expect(ignored).toEqual({ '.txt': 1 });
    expect([train.count, test.count]).toEqual([16, 4]);
    expect(Array.from(test.labels).toSorted()).toEqual([0, 0, 1, 1]);
    for (const set of [train, test]) {
      set.labels.forEach((label, i) => {
        const [red, , blue] = set.images.subarray(48 * i, 48 * i + 3);
        expect(label).toBe(red > blue ? 1 : 0);
      });
    }
    await writePictures(join(folder, 'test'), 1);
    expect((await load()).train.count).toBe(20);
  });

  it('is decoded once, until a file or the size changes', async () => {
    await writePictures(join(folder, 'train'), 6);
    const decoded: number[] = [];
    const again = async (options = {}) => {
      let files = 0;
      const { train } = await load({ ...options, onProgress: () => files++ });
      decoded.push(files);
      return train;
    };
    const [first, second] = [await again(), await again()];
    expect(second).toEqual(first);
    await again({ height: 5 });
    await utimes(join(folder, 'train/red/0.png'), 1, 1);
    await again();
    expect(decoded).toEqual([12, 0, 12, 12]);
    for (const file of await readdir(cacheDirectory)) await truncate(join(cacheDirectory, file), 100);
    expect(await again()).toEqual(first);
    expect(decoded.at(-1)).toBe(12);
  });

  it('works without a cache, with a warning', async () => {
    await writePictures(join(folder, 'train'), 6);
    await writeFiles(folder, { occupied: '' });
    const warning = once(process, 'warning');
    const { train, test } = await load({ cacheDirectory: join(folder, 'occupied', 'cache') });
    expect(train.count + test.count).toBe(12);
    expect((await warning)[0].message).toMatch(/could not be cached .*occupied/);
    const first = await load();
    for (const file of await readdir(cacheDirectory)) {
      await rm(join(cacheDirectory, file));
      await mkdir(join(cacheDirectory, file));
    }
    expect(await load()).toEqual(first);
  });

  it('rejects images that do not fit in memory', async () => {
    await writePictures(join(folder, 'train'), 6);
    const huge = load({ height: 2 ** 27, width: 2 ** 26 });
    await expect(huge).rejects.toMatchObject({ name: 'UsageError', code: 'too-many-images', received: 12 });
  });

  it('names files that cannot be decoded, or skips them', async () => {
    await writePictures(join(folder, 'train'), 6);
    const whole = await plain({ r: 1, g: 200, b: 3 }, 'jpeg', 400);
    await writeFiles(folder, {
      'train/red/cut.jpeg': whole.subarray(0, whole.length / 2),
      'train/red/text.png': 'no picture',
    });
    await expect(load()).rejects.toMatchObject({
      ...{ name: 'FileError', code: 'corrupt-image', path: expect.stringMatching(/(cut\.jpeg|text\.png)$/) },
    });
    for (const _ of ['decoded', 'cached']) {
      const { train, test, skipped } = await load({ corrupt: 'skip' });
      expect(skipped).toEqual(['cut.jpeg', 'text.png'].map((name) => join(folder, 'train', 'red', name)));
      expect(train.count + test.count).toBe(12);
    }
    await expect(load()).rejects.toMatchObject({ path: expect.stringMatching(/cut\.jpeg$/) });
  });
});

describe('a folder as a stream', () => {
  const all = async (batches: AsyncIterable<Batch>) => {
    const got: Batch[] = [];
    for await (const batch of batches) got.push(batch);
    return got;
  };
  const shape = { height: 8, width: 8 };
  const augmentation = { resizedCrop: true, flip: true, colorJitter: { brightness: 0.4 } };

  it('returns each image once, the same for the same seed, with any batches skipped', async () => {
    await writePictures(join(folder, 'train'), 5);
    await writePictures(join(folder, 'test'), 2);
    const { train, test } = await streamImageFolder(folder, shape);
    expect([train.count, test.count]).toEqual([10, 4]);
    const options = { seed: 1, augmentation };
    const got = await all(train.batches(4, options));
    expect(got.map(({ count }) => count)).toEqual([4, 4, 2]);
    expect(got.flatMap(({ labels }) => Array.from(labels)).toSorted()).toEqual([
      0, 0, 0, 0, 0, 1, 1, 1, 1, 1,
    ]);
    expect(await all(train.batches(4, options))).toEqual(got);
    expect(await all(train.batches(4, { ...options, skip: 1 }))).toEqual(got.slice(1));
    expect(await all(train.batches(4, { ...options, seed: 2 }))).not.toEqual(got);
  });

  it('evaluates in order, on the center of each picture, and can be read into memory', async () => {
    await writePictures(join(folder, 'train'), 3);
    await writePictures(join(folder, 'val'), 2);
    const { test } = await loadDataset(folder, { ...shape, stream: true });
    if (!('batches' in test)) throw new Error('not a stream');
    const set = await readStream(test.subset([1, 2]));
    expect(Array.from(set.labels)).toEqual([0, 1]);
    expect(set.images).toHaveLength(2 * 8 * 8 * 3);
    expect(set.images[2]).toBeGreaterThan(150);
    expect(set.images[8 * 8 * 3]).toBeGreaterThan(150);
  });

  it('is known again by the names and sizes of its files, at any place', async () => {
    await writePictures(join(folder, 'a'), 6);
    await writePictures(join(folder, 'b'), 6);
    const [first, second] = await Promise.all(
      ['a', 'b'].map((name) => streamImageFolder(join(folder, name), shape)),
    );
    expect(second.train.fingerprint).toBe(first.train.fingerprint);
    expect(first.test.fingerprint).not.toBe(first.train.fingerprint);
    await writeFiles(folder, { 'b/red/0.png': await plain({ r: 200, g: 0, b: 0 }, 'png', 40) });
    const third = await streamImageFolder(join(folder, 'b'), shape);
    const parts = ({ train, test }: typeof third) => [train.fingerprint, test.fingerprint];
    expect(parts(third)).not.toEqual(parts(first));
    expect(third.fingerprint).not.toBe(first.fingerprint);
  });

  it('names a damaged file in its batch, or skips it', async () => {
    await writePictures(join(folder, 'train'), 3);
    await writePictures(join(folder, 'test'), 1);
    await writeFiles(folder, { 'train/red/text.png': 'no picture' });
    const { train } = await streamImageFolder(folder, shape);
    await expect(all(train.batches(4))).rejects.toMatchObject({
      ...{ code: 'corrupt-image', path: expect.stringMatching(/text\.png$/) },
    });
    const skipping = await streamImageFolder(folder, { ...shape, corrupt: 'skip', cacheDirectory });
    expect(skipping.skipped).toEqual([join(folder, 'train', 'red', 'text.png')]);
    expect(skipping.train.count).toBe(6);
  });

  it('skips truncated pictures before the first batch, and searches for them once', async () => {
    await writePictures(join(folder, 'train'), 3);
    await writePictures(join(folder, 'test'), 1);
    // They are tall, so that a crop does not reach the missing part.
    const noise = Buffer.from(Array.from({ length: 40 * 400 * 3 }, (_, i) => (i * i) % 251));
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const raw = { width: 40, height: 400, channels: 3 } as const;
      const whole = await sharp(noise, { raw }).toFormat(format).toBuffer();
      await writeFiles(folder, {
        [`train/red/cut.${format}`]: whole.subarray(0, 0.9 * whole.length),
        [`train/blue/whole.${format}`]: whole,
      });
    }
    const looked: number[] = [];
    for (const _ of ['decoded', 'cached']) {
      let files = 0;
      const onProgress = () => files++;
      const options = { ...shape, corrupt: 'skip', cacheDirectory, onProgress } as const;
      const { train, skipped } = await streamImageFolder(folder, options);
      looked.push(files);
      expect(skipped).toEqual(
        ['jpeg', 'png', 'webp'].map((format) => join(folder, 'train', 'red', `cut.${format}`)),
      );
      for (const seed of [1, 2, 3])
        expect(await all(train.batches(4, { seed, augmentation }))).toHaveLength(3);
    }
    expect(looked).toEqual([14, 0]);
  });

  it('rejects other channels than 1 and 3, in memory and as a stream', async () => {
    await writePictures(join(folder, 'train'), 5);
    for (const [channels, stream] of [
      [2, false],
      [4, true],
    ] as const) {
      const load = loadDataset(folder, { ...shape, channels, stream, corrupt: 'skip', cacheDirectory });
      await expect(load).rejects.toMatchObject({ code: 'unsupported-channels', received: channels });
    }
  });
});

describe('the content decides, not the name', () => {
  const shape = { height: 4, width: 4, channels: 3 };
  const decode = (name: string) => decodeImage(sharp, join(folder, name), shape, { kind: 'cover' });
  const create = { width: 8, height: 8, channels: 3 as const, background: '#c00' };

  it('decodes jpg, png and webp under each other’s names', async () => {
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      await writeFiles(folder, { 'picture.png': await sharp({ create }).toFormat(format).toBuffer() });
      expect((await decode('picture.png')).length).toBe(48);
      expect(await canBeDecoded(sharp, join(folder, 'picture.png'))).toBe(true);
    }
  });

  it.each(['gif', 'tiff', 'avif', 'svg', 'svg with a signature inside'])('rejects %s', async (format) => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>';
    const content = format.startsWith('svg')
      ? Buffer.from(format === 'svg' ? svg : `<!--\x89PNG\r\n\x1a\n-->${svg}`, 'latin1')
      : await sharp({ create })
          .toFormat(format as 'gif')
          .toBuffer();
    for (const ending of ['png', 'jpg', 'webp']) {
      const name = `picture.${ending}`;
      await writeFiles(folder, { [name]: content });
      const error = { name: 'FileError', code: 'corrupt-image', path: join(folder, name) };
      expect(await rejection(decode(name))).toMatchObject(error);
      expect(await canBeDecoded(sharp, join(folder, name))).toBe(false);
    }
  });

  it.skipIf(process.platform === 'win32')('rejects pipes, devices and folders at once', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.png')]);
    await symlink('/dev/zero', join(folder, 'device.png'));
    await mkdir(join(folder, 'folder.png'));
    for (const name of ['pipe.png', 'device.png', 'folder.png'])
      expect(await rejection(decode(name))).toMatchObject({
        code: 'corrupt-image',
        path: join(folder, name),
      });
  });
});
