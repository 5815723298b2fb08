import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { barsNetwork } from '../testing/bars.js';
import { flipRatios, signsOf } from './flip-ratio.js';

beforeAll(async () => {
  await selectBackend();
});

it('is the share of changed signs, for binary layers only', () => {
  const model = barsNetwork();
  const before = signsOf(model);
  expect(flipRatios(before, signsOf(model))).toEqual({ [model.layers[3].name]: 0 });
  const [kernel] = model.layers[3].getWeights();
  const half = tf.tensor(
    kernel.dataSync().map((value, i) => (i % 2 === 0 ? -value : value)),
    kernel.shape,
  );
  model.layers[3].setWeights([half]);
  expect(flipRatios(before, signsOf(model))).toEqual({ [model.layers[3].name]: 0.5 });
});
