import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bdEdge, failure, json } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();

test('prints a table, or one object', () => {
  expect(bdEdge('summary', 'mnist').stdout).toMatch(/conv2\s+BinaryConv2D\s+14 x 14 x 16\s+14 x 14 x 23/);
  const cost = json(bdEdge('summary', 'vgg7', '--variant', 'baseline', '--weights', 'float', '--json'));
  expect(Object.keys(cost)).toEqual([
    'weights',
    'floatMacs',
    'binaryMacs',
    'weightedCost',
    'layers',
    'exportObstacles',
  ]);
  expect(cost).toMatchObject({ weights: 1575616, floatMacs: 69145600, binaryMacs: 0 });
  expect(cost.layers[0]).toMatchObject({ name: 'conv1', inputs: [[32, 32, 3]], output: [32, 32, 64] });
});

test('lists layers that cannot be exported', () => {
  const conv = { kind: 'int8-conv', filters: 4, kernel: 3 };
  const layers = [conv, { kind: 'norm' }, { kind: 'relu' }, { kind: 'flatten' }];
  const file = join(folder, 'full-precision.json');
  const last = { kind: 'int8-dense', units: 2 };
  writeFileSync(file, JSON.stringify({ input: [8, 8, 1], layers: [...layers, last] }));
  expect(bdEdge('summary', file).stdout).toMatch(/^relu1 \(relu\).*fixed-point-relu/m);
  expect(json(bdEdge('summary', file, '--json')).exportObstacles).toEqual([
    { layer: 'relu1', kind: 'relu', instead: 'fixed-point-relu' },
  ]);
  expect(json(bdEdge('summary', 'mnist', '--json')).exportObstacles).toEqual([]);
});

test('reads network descriptions', () => {
  const layers = [{ kind: 'ternary' }, { kind: 'flatten' }, { kind: 'binary-dense', units: 2 }];
  const [good, bad] = ['good.json', 'bad.json'].map((name) => join(folder, name));
  writeFileSync(good, JSON.stringify({ input: [2, 2, 1], layers }));
  writeFileSync(bad, JSON.stringify({ input: [2, 2, 1], layers: layers.slice(2) }));
  const decoupled = json(bdEdge('summary', good, '--variant', 'decoupled', '--json'));
  expect(decoupled).toMatchObject({ weights: 16, binaryMacs: 16 });
  expect(failure({}, 'summary', bad)).toMatchObject({ status: 4 });
  for (const [code, args] of [
    ['built-in-network-only', [good, '--width', '2']],
    ['built-in-network-only', [good, '--variant', 'baseline']],
    ['invalid-argument', [good, '--width', '0']],
    ['unknown-network', ['vgg8']],
  ] as const)
    expect(failure({}, 'summary', ...args)).toEqual({ status: 2, code });
});

test('--board estimates the cost of a network that is not trained', () => {
  const { cost } = json(bdEdge('summary', 'mnist', '--board', 'm7', '--json'));
  expect(cost).toMatchObject({ board: 'm7' });
  expect(cost.ops.length).toBeGreaterThan(2);
  expect(cost.milliseconds).toBeGreaterThan(0);
  expect(json(bdEdge('summary', 'mnist', '--json')).cost).toBeUndefined();
});
