import { beforeAll, expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { RELU1 } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { activationNamed, TOY_ACTIVATIONS } from './activation.js';

beforeAll(async () => {
  await selectBackend();
});

it('gives a number the same value as a tensor', () => {
  const xs = Float32Array.from({ length: 301 }, (_, i) => -1 + i / 100 + 1e-4);
  for (const name of TOY_ACTIVATIONS) {
    const activation = activationNamed(name);
    const tensor = tf.tidy(() => activation.apply(tf.tensor1d(xs), RELU1).dataSync());
    expect(Array.from(xs, (x) => activation.at(x))).toEqual(Array.from(tensor));
  }
});

it('rejects an unknown activation', () => {
  expect(thrown(() => activationNamed('5-bit'))).toMatchObject({
    ...{ code: 'unknown-activation', received: '5-bit', expected: TOY_ACTIVATIONS },
  });
});
