import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { plotModelMismatch, plotToyMismatch } from './mismatch.js';
import { plotSurrogates } from './surrogates.js';

it('draws the surrogates as docs/surrogates.svg has them', () => {
  const file = fileURLToPath(new URL('../../docs/surrogates.svg', import.meta.url));
  expect(readFileSync(file, 'utf8')).toBe(plotSurrogates());
});

it('has a panel for each eps, and the reference beside what was measured', () => {
  const row = (activation: string, surrogate: string, eps: number) => ({
    ...{ activation, surrogate, eps, layers: [0.5, 0.6, 0.7], total: 0.65 },
    deviations: { layers: [0, 0, 0], total: 0 },
  });
  const svg = plotToyMismatch([
    row('full', 'relu1', 0.1),
    row('binary', 'relu1', 0.1),
    row('binary', 'relu1', 0.3),
  ]);
  for (const text of ['eps 0.1', 'eps 0.3', 'layer 3', 'total', '>binary<', 'binary (reference)'])
    expect(svg).toContain(text);
  const two = plotToyMismatch([row('binary', 'relu1', 0.1), row('binary', 'steep', 0.1)]);
  for (const text of ['binary, relu1', 'binary, steep']) expect(two).toContain(text);
});

it('names the layers of a model', () => {
  const estimate = { cosine: 0.5, interval: [0.4, 0.6] as [number, number] };
  const layers = [{ name: 'conv1', weights: 9, coordinates: 9, ...estimate }];
  const svg = plotModelMismatch([{ eps: 0.1, layers, total: estimate }]);
  for (const text of ['>conv1<', '>total<', 'eps 0.1']) expect(svg).toContain(text);
});
