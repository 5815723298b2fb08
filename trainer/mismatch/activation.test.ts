import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { RELU1 } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { activationNamed, TOY_ACTIVATIONS, UnknownActivationError } from './activation.js';

beforeAll(async () => {
  await selectBackend();
});

it('gives one number what it gives a tensor', () => {
  const xs = Float32Array.from({ length: 301 }, (_, i) => -1 + i / 100 + 1e-4);
  for (const name of TOY_ACTIVATIONS) {
    const activation = activationNamed(name);
    const tensor = tf.tidy(() => activation.apply(tf.tensor1d(xs), RELU1).dataSync());
    expect(Array.from(xs, (x) => activation.at(x))).toEqual(Array.from(tensor));
  }
});

it('names the activations that there are', () => {
  expect(() => activationNamed('5-bit')).toThrow(UnknownActivationError);
  expect(() => activationNamed('5-bit')).toThrow('There is no activation "5-bit"; there are: full, binary');
});
