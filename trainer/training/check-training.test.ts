import { beforeAll, expect, it } from 'vitest';
import { codeOf, thrown } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { bars, barsNetwork } from '../testing/bars.js';
import { checkTraining } from './check-training.js';
import type { TrainOptions } from './train-options.js';

beforeAll(async () => {
  await selectBackend({ backend: 'wasm' });
});

const options: Omit<TrainOptions, 'seed'> = {
  train: bars(10, 1),
  validation: bars(4, 2),
  epochs: 4,
  batchSize: 16,
  optimizer: { kind: 'adam' },
  schedule: { kind: 'cosine', learningRate: 0.02 },
};

it.each<[string, Partial<TrainOptions>, object]>([
  ['no epochs', { epochs: 0 }, { code: 'not-positive-integer', received: 0 }],
  ['part of an image', { batchSize: 1.5 }, { code: 'not-positive-integer', received: 1.5 }],
  ['no images', { train: bars(0, 1) }, { code: 'not-positive-integer' }],
  ['no validation images', { validation: bars(0, 1) }, { code: 'not-positive-integer' }],
  ['a loss out of range', { loss: { labelSmoothing: 1 } }, { code: 'invalid-loss', received: 1 }],
  [
    'distillation without a teacher',
    { loss: { distillation: { weight: 1, temperature: 1 } } },
    { code: 'invalid-loss', received: undefined },
  ],
  ['a precision of another backend', { precision: 'bfloat16' }, { code: 'unsupported-precision' }],
])('rejects %s', (_, change, error) => {
  const check = () => checkTraining(barsNetwork(), { ...options, ...change });
  expect(thrown(check)).toMatchObject({ name: 'UsageError', ...error });
});

it('accepts what can be trained', () => {
  checkTraining(barsNetwork(), options);
});

it.each<[string, tf.layers.Layer[]]>([
  ['ends in a convolution', [tf.layers.conv2d({ filters: 2, kernelSize: 6 })]],
  ['has one output', [tf.layers.flatten(), tf.layers.dense({ units: 1 })]],
  ['has no weights', [tf.layers.flatten()]],
])('rejects a network that %s', (_, layers) => {
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [6, 6, 1] }), ...layers] });
  expect(codeOf(() => checkTraining(model, options))).toBe('untrainable-network');
});
