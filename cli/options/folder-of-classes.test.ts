/** A folder of twelve classes with the built `data`, `train` and `compare`: twelve outputs, and ignored files are listed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseModel } from '@bd-edge/sdk';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFiles } from '../../trainer/data/testing.js';
import { bdEdge, failure } from '../testing/command.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-classes-'));
const data = join(folder, 'twelve');
const CLASSES = 12;
const training = ['--data', data, '--recipe', 'mnist', '--backend', 'wasm', '--batch', '50'];

beforeAll(async () => {
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  const raw = { width: 4, height: 4, channels: 1 } as const;
  for (let i = 0; i < 8 * CLASSES; i++) {
    const picture = await sharp(Buffer.alloc(16, 2 * i), { raw })
      .png()
      .toBuffer();
    await writeFiles(data, { [`class${i % CLASSES}/${i}.png`]: picture });
  }
});
beforeAll(() =>
  writeFiles(data, { 'class1/photo.HEIC': '', 'class2/photo.heic': '', 'class3/notes.txt': '' }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a folder of twelve classes: train, resume, export', () => {
  const [out, model] = ['run', 'model.bdm'].map((name) => join(folder, name));
  const short = [...training, '--epochs', '1', '--finetuned-epochs', '1', '--json'];
  const trained = bdEdge('train', ...short, '--distill', '0.5', '--out', out);
  expect(trained.status, trained.stderr).toBe(0);
  expect(trained.stderr).toContain('.heic (2), .txt (1)\n');
  const { seconds: _, ...record } = JSON.parse(trained.stdout);
  const { seconds: __, ...again } = JSON.parse(bdEdge('train', '--resume', '--out', out, '--json').stdout);
  expect(again).toEqual(record);
  expect(JSON.parse(bdEdge('export', out, '-o', model, '--json').stdout).agreement.classesDiffering).toBe(0);
  const { metadata, tensors } = parseModel(readFileSync(model));
  const logits = tensors.at(-1)?.channels;
  expect({ logits, labels: metadata?.labels?.length }).toEqual({ logits: CLASSES, labels: CLASSES });
}, 60_000);

test('data lists ignored files', () => {
  expect(JSON.parse(bdEdge('data', data, '--json').stdout).ignored).toEqual({ '.heic': 2, '.txt': 1 });
  expect(bdEdge('data', data).stdout).toMatch(/\.heic \(2\), \.txt \(1\)\n$/);
});

test('compare', () => {
  const rates = [
    '--learning-rates',
    '0.01',
    '--finetuned-learning-rates',
    '0.001',
    '--seeds',
    '1',
    '--methods',
    'direct,coupled',
  ];
  const out = join(folder, 'compared');
  const { status, stdout, stderr } = bdEdge(
    'compare',
    ...training,
    ...rates,
    '--epochs',
    '2',
    '--out',
    out,
    '--json',
  );
  expect(status, stderr).toBe(0);
  // The coupled network of ten classes, with 32 weights more for each class.
  expect(JSON.parse(stdout).costs.coupled.weights).toBe(144 + 9 * 16 * 23 + 9 * 23 * 32 + 288 * CLASSES);
}, 60_000);

test('a network description keeps its outputs, and is rejected if they are too few', () => {
  const own = join(folder, 'own.json');
  const layers = [{ kind: 'flatten' }, { kind: 'int8-dense', name: 'last', units: 10 }];
  writeFileSync(own, JSON.stringify({ input: [4, 4, 1], layers }));
  for (const name of ['train', 'compare']) {
    expect(failure({}, name, ...training, '--network', own, '--out', join(folder, name))).toEqual({
      status: 2,
      code: 'too-few-outputs',
    });
  }
});
