import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { fixedPointRelu } from './fixed-point-relu.js';

beforeAll(async () => {
  await selectBackend();
});

it('rounds to whole steps, halves up, and clamps; gradients pass inside', () => {
  const x = tf.tensor1d([-1, -0.125, 0.124, 0.125, 0.4, 0.625, 63.74, 70]);
  const { value, grad } = tf.valueAndGrad((input) => fixedPointRelu(input, 0.25))(x, tf.fill([8], 2));
  expect(Array.from(value.dataSync())).toEqual([0, 0, 0, 0.25, 0.5, 0.75, 63.75, 63.75]);
  expect(Array.from(grad.dataSync())).toEqual([0, 0, 2, 2, 2, 2, 2, 0]);
});
