import { beforeAll, expect, it } from 'vitest';
import { selectBackend, UnsupportedPrecisionError } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { bars, barsNetwork } from '../testing/bars.js';
import { checkTraining, InvalidTrainingError, UntrainableNetworkError } from './check-training.js';
import { InvalidLossError } from './loss.js';
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

it.each<[string, Partial<TrainOptions>, new (...values: never[]) => Error, string]>([
  ['no epochs', { epochs: 0 }, InvalidTrainingError, 'epochs is 0'],
  [
    'part of an image',
    { batchSize: 1.5 },
    InvalidTrainingError,
    'batchSize is 1.5; training needs a whole number from 1.',
  ],
  ['no images', { train: bars(0, 1) }, InvalidTrainingError, 'train.count is 0'],
  ['nothing to choose by', { validation: bars(0, 1) }, InvalidTrainingError, 'validation.count is 0'],
  ['a loss out of range', { loss: { labelSmoothing: 1 } }, InvalidLossError, 'The label smoothing is 1'],
  [
    'distillation without a teacher',
    { loss: { distillation: { weight: 1, temperature: 1 } } },
    InvalidLossError,
    'needs a teacher',
  ],
  [
    'a precision of another backend',
    { precision: 'bfloat16' },
    UnsupportedPrecisionError,
    'The wasm backend',
  ],
])('refuses %s', (_, change, type, reason) => {
  const check = () => checkTraining(barsNetwork(), { ...options, ...change });
  expect(check).toThrow(type);
  expect(check).toThrow(reason);
});

it('takes what can be trained', () => {
  checkTraining(barsNetwork(), options);
});

it.each<[string, tf.layers.Layer[], string]>([
  ['ends in a convolution', [tf.layers.conv2d({ filters: 2, kernelSize: 6 })], 'an image is 1 x 1 x 2, and'],
  [
    'has one output',
    [tf.layers.flatten(), tf.layers.dense({ units: 1 })],
    'an image is 1, and training needs',
  ],
  ['has no weights', [tf.layers.flatten()], 'layers have no weights to train'],
])('refuses a network that %s', (_, layers, reason) => {
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [6, 6, 1] }), ...layers] });
  const check = () => checkTraining(model, options);
  expect(check).toThrow(UntrainableNetworkError);
  expect(check).toThrow(reason);
});
