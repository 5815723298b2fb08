import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Comparison, readComparison } from '../compare/index.js';
import { plotComparisons } from './comparisons.js';
import { drawChart, lineStyles } from './draw.js';
import { plotModelMismatch, plotToyMismatch } from './mismatch.js';
import { plotSurrogates } from './surrogates.js';

it('draws docs/surrogates.svg', async () => {
  const file = fileURLToPath(new URL('../../docs/surrogates.svg', import.meta.url));
  expect(readFileSync(file, 'utf8')).toBe(await plotSurrogates());
});

it('has a panel for each eps, with the reference', async () => {
  const row = (activation: string, surrogate: string, eps: number) => ({
    ...{ activation, surrogate, eps, layers: [0.5, 0.6, 0.7], total: 0.65 },
    deviations: { layers: [0, 0, 0], total: 0 },
  });
  const svg = await plotToyMismatch([
    row('full', 'relu1', 0.1),
    row('binary', 'relu1', 0.1),
    row('binary', 'relu1', 0.3),
  ]);
  for (const text of ['eps 0.1', 'eps 0.3', 'layer 3', 'total', '>binary<', 'binary (reference)'])
    expect(svg).toContain(text);
  const two = await plotToyMismatch([row('binary', 'relu1', 0.1), row('binary', 'steep', 0.1)]);
  for (const text of ['binary, relu1', 'binary, steep']) expect(two).toContain(text);
});

it('names the layers of a model', async () => {
  const estimate = { cosine: 0.5, interval: [0.4, 0.6] as [number, number] };
  const layers = [{ name: 'conv1', weights: 9, coordinates: 9, ...estimate }];
  const svg = await plotModelMismatch([{ eps: 0.1, layers, total: estimate }]);
  for (const text of ['>conv1<', '>total<', 'eps 0.1']) expect(svg).toContain(text);
});

it('draws a comparison without the method float', async () => {
  const file = fileURLToPath(new URL('../../docs/results/mnist.json', import.meta.url));
  const comparison = (await readComparison(file)) as Comparison;
  const svg = await plotComparisons([comparison]);
  expect(svg).toContain('mnist, network mnist, binary weights, 8 epochs in all');
  for (const method of ['coupled', 'binaryduo', 'decoupled']) expect(svg).toContain(`>${method}<`);
  for (const method of ['float', 'direct']) expect(svg).not.toContain(`>${method}<`);
});

it('gives lines their own or a shared color', () => {
  const { color, strokeDash } = lineStyles(['a', 'b', 'c'], { c: { like: 'a', dashed: true } });
  const [a, b, c] = color.scale.range;
  expect(a).not.toBe(b);
  expect(c).toBe(a);
  expect(strokeDash.scale.range).toEqual([
    [1, 0],
    [1, 0],
    [5, 4],
  ]);
  expect(lineStyles(['c'], { c: { like: 'gone' } }).color.scale.range).toEqual([a]);
});

it('draws the same chart as the same text, and escapes text in it', async () => {
  const chart = {
    data: { values: [{ x: 'a < b & "c"', y: 1 }] },
    mark: 'bar',
    encoding: { x: { field: 'x' }, y: { field: 'y', type: 'quantitative' } },
  };
  const svg = await drawChart(chart);
  expect(svg).toContain('a &lt; b &amp;');
  expect(svg).not.toMatch(/ < | b & /);
  expect(await drawChart(chart)).toBe(svg);
});
