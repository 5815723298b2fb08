import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import { buildNetwork, type LayerSpec } from '../networks/index.js';
import type { BinaryDuoResult } from '../pipeline/binaryduo.js';
import type * as tf from '../tensorflow/index.js';
import { bars, barsNetwork } from '../testing/bars.js';
import type { EpochLog } from '../training/training-log.js';
import { distanceChart, epochChart } from './charts.js';
import { renderReport } from './report.js';
import { histogram, thresholdDistances } from './threshold-distances.js';

beforeAll(async () => {
  await selectBackend();
});

it('charts escape names, and can have one epoch, constant and missing values', async () => {
  const chart = await epochChart('<title>', 1, { 'a & b': [0.5], '<c>': [Number.NaN] }, '.1~%');
  expect(chart).not.toMatch(/<title>|<c>/);
  expect(chart).toContain('a &amp; b');
  const none = await distanceChart({ layer: 'none', from: -1, to: 1, counts: [0, 0] });
  expect(`${chart}${none}`).not.toMatch(/NaN|undefined/);
});

const HOSTILE = 'a\u202eb\u2066\u0007\u001b[31m\u2028\u200fc';
const UNPRINTABLE = /[\0-\x08\x0b-\x1f\x7f-\x9f\p{Bidi_Control}\u2028\u2029]/u;

/** Returns the place of the first such character, as JSON. */
function unprintable(text: string): string | undefined {
  const at = text.search(UNPRINTABLE);
  return at < 0 ? undefined : JSON.stringify(text.slice(Math.max(0, at - 60), at + 20));
}

it('names of layers, classes and data cannot change the direction of text, nor have control characters', async () => {
  const result = resultOf(decouple(barsNetwork()));
  for (const stage of [result.coupled, result.finetuned])
    for (const line of stage.log) line.flipRatio = { [HOSTILE]: 0.1 };
  const report = await renderReport(result, {
    title: HOSTILE,
    classNames: [HOSTILE, 'up'],
    facts: { [HOSTILE]: HOSTILE },
    test: { ...bars(10, 1), files: new Array(10).fill(`/home/alice/${HOSTILE}/up/${HOSTILE}.png`) },
  });
  expect(report).not.toContain('alice');
  expect(report.includes('a\ufffdb')).toBe(true);
  expect(unprintable(report)).toBeUndefined();
  const chart = await epochChart(HOSTILE, 1, { [HOSTILE]: [0.5, 0.6] }, '.1~%');
  expect(unprintable(chart)).toBeUndefined();
  const distances = await distanceChart({ layer: HOSTILE, from: -1, to: 1, counts: [1, 2] });
  expect(unprintable(distances)).toBeUndefined();
});

it('distances are to the nearest threshold, and every one is counted', () => {
  const counts = histogram(Float32Array.of(0.25, 0.7, 100, -100), [0.25, 0.75]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  expect([counts[0], counts[19], counts[20], counts[39]]).toEqual([1, 1, 1, 1]);
});

it('distances are measured for every activation of a network', async () => {
  for (const [model, activations] of [
    [barsNetwork(), 2],
    [decouple(barsNetwork()), 4],
  ] as const) {
    const histograms = await thresholdDistances(model, bars(10, 1));
    expect(histograms).toHaveLength(activations);
    expect(histograms[0].counts.reduce((sum, count) => sum + count, 0)).toBe(10 * 6 * 6 * 4);
  }
});

function resultOf(model: tf.LayersModel): BinaryDuoResult {
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
    wrong: [{ index: 3, prediction: 1, score: 0.9, classScore: 0.1 }],
  };
  return {
    coupled: { ...stage, bestEpoch: 2, log },
    decoupled: stage,
    finetuned: { ...stage, bestEpoch: 1, log },
    decoupling: { differences: 0, changedClasses: 0, medianDifference: 0, floatWeights: false },
    validation: bars(10, 1),
    seconds: 2,
  };
}

it('the report is one self-contained page', async () => {
  const result = resultOf(decouple(barsNetwork()));
  const html = await renderReport(result, {
    title: 'run',
    classNames: ['<b>', 'c'],
    facts: { data: 'bars' },
    test: bars(10, 1),
  });
  expect(html).not.toMatch(/NaN|undefined|<script|href=|url\(|<b>|src="(?!data:image\/png;base64,)/);
  expect(html.match(/<img/g)).toHaveLength(1);
  expect(html).toContain('predicted c (90.0 %)');
  expect(html.match(/<svg/g)).toHaveLength(2 * 4 + 1 + 4);
  for (const text of ['75.00 %', '&#60;b&#62;', 'conv&lt;2&gt;', 'Int8Dense', '2 of 2'])
    expect(html).toContain(text);
});

it.each<[string, LayerSpec, string[]]>([
  [
    '1-bit',
    { kind: 'binary-conv', name: 'second', filters: 3, kernel: 3 },
    ['BinaryConv2D', '108', '1', '14'],
  ],
  ['float32', { kind: 'float-conv', name: 'second', filters: 3, kernel: 3 }, ['Conv2D', '108', '32', '432']],
])('sizes: %s weights', async (_name, second, [kind, weights, bits, bytes]) => {
  const layers: LayerSpec[] = [
    { kind: 'int8-conv', name: 'first', filters: 4, kernel: 3 },
    { kind: 'binary' },
    second,
    { kind: 'binary' },
    { kind: 'flatten' },
    { kind: 'int8-dense', name: 'logits', units: 2 },
  ];
  const model = buildNetwork({ input: [6, 6, 1], layers }, 1);
  const html = await renderReport(resultOf(model), {
    ...{ title: 'run', classNames: [], facts: {}, test: bars(10, 1) },
  });
  const cells = [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<t[hd]>(.*?)<\/t[hd]>/g)].map(([, cell]) => cell),
  );
  const from = cells.findIndex(([head]) => head === 'layer');
  expect(cells.slice(from + 1)).toEqual([
    ['first', 'Int8Conv2D', '4 x 4 x 4', '36', '8', '36'],
    ['second', kind, '2 x 2 x 3', weights, bits, bytes],
    ['logits', 'Int8Dense', '2', '24', '8', '24'],
    ['total', '', '', '168', '', String(36 + Number(bytes) + 24)],
  ]);
});
