import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import type { BinaryDuoResult } from '../binaryduo.js';
import { decouple } from '../decouple.js';
import { bars, barsNetwork } from '../testing/bars.js';
import type { EpochLog } from '../training/training-log.js';
import { axis, barChart, lineChart } from './chart.js';
import { renderReport } from './report.js';
import { histogram, thresholdDistances } from './threshold-distances.js';

beforeAll(async () => {
  await selectBackend();
});

it('an axis holds its values, between and on round numbers', () => {
  const value = fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 1000);
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [low, high, ticks] = axis(Math.min(a, b), Math.max(a, b));
      const slack = 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
      expect(low).toBeLessThanOrEqual(Math.min(a, b) + slack);
      expect(high).toBeGreaterThanOrEqual(Math.max(a, b) - slack);
      expect(ticks.length).toBeLessThanOrEqual(9);
    }),
  );
  expect(axis(0, 1)[2]).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
});

it('charts show names as they are, and put up with one epoch and constant values', () => {
  const chart = lineChart('<title>', 1, [{ name: 'a & b', values: [0.5] }], String);
  expect(chart).not.toContain('<title>,');
  expect(chart).toContain('a &#38; b');
  expect(`${chart}${barChart('none', -1, 1, [0, 0])}`).not.toContain('NaN');
});

it('distances are to the nearest threshold, and all are counted', () => {
  const counts = histogram(Float32Array.of(0.25, 0.7, 100, -100), [0.25, 0.75]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  expect([counts[0], counts[19], counts[20], counts[39]]).toEqual([1, 1, 1, 1]);
});

it('distances are taken for every activation of a network', async () => {
  for (const [model, activations] of [
    [barsNetwork(), 2],
    [decouple(barsNetwork()), 4],
  ] as const) {
    const histograms = await thresholdDistances(model, bars(10, 1));
    expect(histograms).toHaveLength(activations);
    expect(histograms[0].counts.reduce((sum, count) => sum + count, 0)).toBe(10 * 6 * 6 * 4);
  }
});

it('the report is one page, with everything in it and nothing from elsewhere', async () => {
  const model = decouple(barsNetwork());
  const line: EpochLog = {
    epoch: 1,
    step: 5,
    learningRate: 0.1,
    loss: 0.5,
    accuracy: 0.7,
    validationAccuracy: 0.8,
    flipRatio: { 'conv<2>': 0.1 },
    seconds: 1,
  };
  const log = [line, { ...line, epoch: 2, loss: 0.2 }];
  const stage = {
    model,
    validationAccuracy: 0.8,
    testAccuracy: 0.75,
    confusion: [
      [3, 1],
      [0, 4],
    ],
  };
  const result: BinaryDuoResult = {
    coupled: { ...stage, bestEpoch: 2, log },
    decoupled: stage,
    finetuned: { ...stage, bestEpoch: 1, log },
    decoupling: { differences: 0, otherLabels: 0, medianDifference: 0, floatWeights: false },
    validation: bars(10, 1),
    seconds: 2,
  };
  const html = await renderReport(result, { title: 'run', classes: ['<b>', 'c'], facts: { data: 'bars' } });
  expect(html).not.toMatch(/NaN|undefined|<script|src=|href=|url\(|<b>/);
  expect(html.match(/<svg/g)).toHaveLength(2 * 4 + 4);
  for (const text of ['75.00 %', '&#60;b&#62;', 'conv&#60;2&#62;', 'Int8Dense', '2 of 2'])
    expect(html).toContain(text);
});
