/** Folders as people have them, for training. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rejection } from '../../../sdk/testing/throws.js';
import { kindOfFolder, loadDataset } from '../datasets.js';
import { writeFiles, writeIdxFolder } from '../testing.js';
import { listImageFolder } from './listing.js';

let folder: string;
let cacheDirectory: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  cacheDirectory = join(folder, '.cache');
});
afterEach(() => rm(folder, { recursive: true }));

const write = (...paths: string[]) => writeFiles(folder, Object.fromEntries(paths.map((path) => [path, ''])));
const many = (at: string) => Array.from({ length: 6 }, (_, i) => `${at}/${i}.png`);
const list = (name: string) => listImageFolder(join(folder, name));

describe('parts', () => {
  it.each([
    ['train', 'test'],
    ['train', 'val'],
    ['train', 'valid'],
    ['Training', 'Testing'],
    ['TRAIN', 'validation'],
  ])('are %s/ and %s/', async (train, test) => {
    await write(`set/${train}/a/1.png`, `set/${train}/b/1.png`, `set/${test}/b/1.png`);
    const found = await list('set');
    expect(found).toMatchObject({ classNames: ['a', 'b'], test: [{ label: 1 }] });
    expect(found.notes?.length).toBe(/test/i.test(test) ? 0 : 1);
  });

  it('that are not used are named: those of Roboflow, and folders beside', async () => {
    const parts = ['train', 'test', 'valid'].flatMap((part) =>
      ['a', 'b'].map((name) => `set/${part}/${name}/1.png`),
    );
    await write(...parts, 'set/more/1.png', 'set/notes/readme.txt');
    const { notes = [], test } = await list('set');
    expect(test).toHaveLength(2);
    expect(notes.map((note) => note.split(' is not used')[0])).toEqual(
      ['more', 'valid'].map((name) => join(folder, 'set', name)),
    );
  });

  it('the test pictures of a competition, which have no classes, are named with the reason', async () => {
    await write('set/train/a/1.png', 'set/train/b/1.png', 'set/test/1.png', 'set/others/a/1.png');
    for (let i = 2; i < 7; i++) await write(`set/train/a/${i}.png`, `set/train/b/${i}.png`);
    const { notes = [], test } = await list('set');
    expect(test).toBeUndefined();
    expect(notes).toHaveLength(2);
    const [others, flat] = notes;
    expect(others).toBe(`${join(folder, 'set', 'others')} is not used.`);
    expect(flat).toMatch(/set.test is not used: .*class/);
  });

  it.each(['train', 'test', 'val'])('a class may be called %s', async (name) => {
    await write(...many('set/bus'), ...many(`set/${name}`));
    const { classNames, test } = await list('set');
    expect({ classNames, test }).toEqual({ classNames: ['bus', name].sort(), test: undefined });
  });

  it('a lone test/ cannot train', async () => {
    await write('set/test/a/1.png', 'set/test/b/1.png');
    expect((await rejection(list('set'))).message).toContain('no train/');
  });
});

describe('a folder in a folder', () => {
  it.each(['set/set', 'a/b/c'])('%s is used, and named', async (path) => {
    await write(
      ...many(`${path}/x`),
      ...many(`${path}/y`),
      `${path.split('/')[0]}/__MACOSX/1.png`,
      'a/readme.txt',
    );
    const { classNames, notes = [] } = await list(path.split('/')[0]);
    expect(classNames).toEqual(['x', 'y']);
    expect(notes.join()).toContain(join(folder, ...path.split('/')));
  });

  it('may have parts, or the files of MNIST', async () => {
    await write('set/inner/train/a/1.png', 'set/inner/train/b/1.png', 'set/inner/test/a/1.png');
    expect((await list('set')).test).toHaveLength(1);
    await writeIdxFolder(join(folder, 'mnist', 'inner'), { train: 4, test: 2 });
    expect(kindOfFolder(join(folder, 'mnist'))).toBe('idx');
    expect((await loadDataset(join(folder, 'mnist'))).train.count).toBe(4);
  });

  it('is not used if it is a class', async () => {
    await write(...many('set/only'));
    expect((await rejection(list('set'))).message).toContain('one folder, only');
  });
});

describe('the files of MNIST', () => {
  const FILES = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];

  it('may have dots in their names, folders of the same name, and gzip inside without .gz', async () => {
    for (const [kind, pack] of [
      ['dots', undefined],
      ['folders', undefined],
      ['packed', gzipSync],
    ] as const) {
      const at = join(folder, kind);
      const written = await writeIdxFolder(at, { train: 5, test: 2, pack });
      for (const file of FILES) {
        const own = join(at, `${file}-ubyte${pack ? '.gz' : ''}`);
        if (kind === 'dots') await rename(own, join(at, `${file.replace('-idx', '.idx')}-ubyte`));
        if (kind === 'packed') await rename(own, join(at, `${file}-ubyte`));
        if (kind !== 'folders') continue;
        await rename(own, `${own}.moved`);
        await mkdir(own);
        await rename(`${own}.moved`, join(own, `${file}-ubyte`));
      }
      const { train, test } = await loadDataset(at);
      expect({ train, test }).toEqual(written);
    }
  });

  it('may be decompressed and keep .gz in their names', async () => {
    const written = await writeIdxFolder(folder, { train: 5, test: 2 });
    for (const file of FILES) await rename(join(folder, `${file}-ubyte`), join(folder, `${file}-ubyte.gz`));
    expect((await loadDataset(folder)).test).toEqual(written.test);
  });
});

describe('training runs', () => {
  it.each([
    'runs/one/run.json',
    'run/settings.json',
    'runs/a/run-0123456789abcdef.lock',
    'compared/compare.json',
    'runs/one/coupled-training/checkpoint.safetensors',
  ])('are no classes: %s', async (path) => {
    await write(...many('set/a'), ...many('set/b'), `set/${path}`);
    const { classNames, notes = [] } = await list('set');
    expect(classNames).toEqual(['a', 'b']);
    expect(notes.join()).toContain('training run');
  });

  it('a class with images stays one', async () => {
    await write(...many('set/a'), ...many('set/b'), 'set/b/settings.json');
    expect((await list('set')).classNames).toEqual(['a', 'b']);
  });
});

describe('names', () => {
  const options = () => ({ height: 2, width: 2, channels: 1, cacheDirectory });
  const picture = () =>
    sharp(Buffer.alloc(4, 9), { raw: { width: 2, height: 2, channels: 1 } })
      .png()
      .toBuffer();

  it('that differ in Unicode normalization are one class', async () => {
    const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'];
    await write(`set/train/${composed}/1.png`, 'set/train/tea/1.png', `set/test/${decomposed}/1.png`);
    expect(await list('set')).toMatchObject({ classNames: [composed, 'tea'], test: [{ label: 0 }] });
    await write(...many(`both/${composed}`), `both/${decomposed}/7.png`, ...many('both/tea'));
    const { classNames, train } = await list('both');
    expect(classNames).toEqual([composed, 'tea']);
    if (process.platform === 'linux') expect(train.filter(({ label }) => label === 0)).toHaveLength(7);
  });

  it.runIf(process.platform === 'linux')(
    'that are not UTF-8 are read, and printed with escapes',
    async () => {
      const bytes = await picture();
      for (const name of ['a', 'b\xe4r']) {
        const at = Buffer.from(join(folder, 'set', name), 'latin1');
        await mkdir(at, { recursive: true });
        for (let i = 0; i < 6; i++)
          writeFileSync(Buffer.concat([at, Buffer.from(`/\xfc${i}.png`, 'latin1')]), bytes);
      }
      for (const stream of [false, true]) {
        const { classNames, train, test } = await loadDataset(join(folder, 'set'), { ...options(), stream });
        expect(classNames).toEqual(['a', 'b\\xe4r']);
        expect(train.count + test.count).toBe(12);
        expect(train.files?.[0]).toMatch(/\\xfc\d\.png$/);
      }
    },
  );

  it.skipIf(process.platform === 'win32')('of links without a target and of pipes are skipped', async () => {
    const bytes = await picture();
    const files = ['a', 'b'].flatMap((name) => many(`set/${name}`).map((path) => [path, bytes] as const));
    await writeFiles(folder, Object.fromEntries(files));
    const bad = ['a/link.png', 'b/pipe.jpg', 'gone'].map((name) => join(folder, 'set', name));
    await symlink(join(folder, 'nowhere.png'), bad[0]);
    execFileSync('mkfifo', [bad[1]]);
    for (const stream of [false, true])
      expect(await loadDataset(join(folder, 'set'), { ...options(), stream, corrupt: 'skip' })).toMatchObject(
        {
          skipped: bad.slice(0, 2),
          classNames: ['a', 'b'],
        },
      );
    await symlink(join(folder, 'nowhere'), bad[2]);
    const skipping = await loadDataset(join(folder, 'set'), { ...options(), corrupt: 'skip' });
    expect(skipping.skipped?.toSorted()).toEqual(bad.toSorted());
    expect(await rejection(loadDataset(join(folder, 'set'), options()))).toMatchObject({ path: bad[2] });
    await rm(bad[2]);
    expect(await rejection(loadDataset(join(folder, 'set'), options()))).toMatchObject({
      code: 'corrupt-image',
    });
  });
});
