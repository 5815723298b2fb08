import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNetwork, saveModel, selectBackend } from '@bd-edge/trainer';
import { expect, test } from 'vitest';
import { writeIdxFolder } from '../../trainer/data/testing.js';
import { bdEdgeWith, failure } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();
const mismatch = (...args: string[]) => bdEdgeWith({ cwd: folder }, 'mismatch', ...args);

test('the toy experiment prints a table with the reference, one object, a plot', () => {
  const small = ['--samples', '1000', '--activations', 'binary,ternary', '--eps', '0.1'];
  const { status, stdout } = mismatch(...small, '--plot', 'cosines.svg');
  expect(status).toBe(0);
  expect(stdout).toMatch(/binary\s+relu1\s+0\.1(\s+0\.\d{3}){4}\s+0\.893 0\.897 0\.963 0\.905/);
  expect(readFileSync(join(folder, 'cosines.svg'), 'utf8')).toMatch(
    /^<svg[^]*ternary \(reference\)[^]*<\/svg>\n$/,
  );

  const { rows, samples, seeds } = JSON.parse(mismatch(...small, '--json').stdout);
  expect({ samples, seeds }).toEqual({ samples: 1000, seeds: [1] });
  expect(rows.map(({ activation, eps }: Record<string, unknown>) => [activation, eps])).toEqual([
    ['binary', 0.1],
    ['ternary', 0.1],
  ]);
  expect(rows[1].layers).toHaveLength(3);
  expect(rows[1].total).toBeGreaterThan(rows[0].total);
});

test('a trained network has a row for each layer, with its interval', async () => {
  await selectBackend();
  await saveModel(createNetwork('mnist', 1), join(folder, 'network'));
  const own = [
    '--model',
    'network',
    '--data',
    'mnist',
    '--limit',
    '30',
    '--coordinates',
    '3',
    '--eps',
    '0.5',
  ];
  const { rows, ...rest } = JSON.parse(mismatch(...own, '--json').stdout);
  expect(rest).toEqual({ model: 'mnist', data: 'mnist', images: 30, seed: 1 });
  expect(rows).toHaveLength(1);
  const [{ eps, layers, total }] = rows;
  expect(eps).toBe(0.5);
  expect(layers.map(({ name }: { name: string }) => name)).toEqual(['conv1', 'conv2', 'conv3', 'logits']);
  expect(total.interval[0]).toBeLessThanOrEqual(total.cosine);
});

test('--limit is the number of images, also of a small set', async () => {
  await selectBackend();
  await saveModel(createNetwork('mnist', 1), join(folder, 'network'));
  await writeIdxFolder(join(folder, 'stripes'), { train: 150, test: 10 });
  const own = ['--model', 'network', '--data', 'stripes', '--coordinates', '1', '--eps', '0.5', '--json'];
  for (const [limit, images] of [
    ['100', 100],
    ['500', 150],
  ])
    expect(JSON.parse(mismatch(...own, '--limit', String(limit)).stdout)).toMatchObject({ images });
});

test('wrong options have exit code 2, a missing folder 4', () => {
  for (const [code, args] of [
    ['unknown-activation', ['--activations', 'quaternary']],
    ['invalid-argument', ['--eps', '0.1,0']],
    ['requires-model', ['--coordinates', '5']],
    ['conflicting-option', ['--model', 'network', '--samples', '10']],
  ] as const)
    expect(failure({ cwd: folder }, 'mismatch', ...args)).toEqual({ status: 2, code });
  expect(failure({ cwd: folder }, 'mismatch', '--model', 'absent', '--data', 'mnist')).toMatchObject({
    status: 4,
  });
});
