import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { binaryActivation } from './binary-activation.js';
import { ternaryActivation } from './ternary-activation.js';

beforeAll(async () => {
  await selectBackend();
});

it('has levels 0, 1/2, 1, and rounds halves up, unlike tf.round', () => {
  const x = tf.tensor1d([-1, 0.24, 0.25, 0.5, 0.74, 0.75, 2]);
  expect(Array.from(ternaryActivation(x).dataSync())).toEqual([0, 0, 0.5, 0.5, 0.5, 1, 1]);
});

it('passes gradients where 0 < x < 1', () => {
  const gradient = tf.grad(ternaryActivation)(tf.tensor1d([-0.5, 0, 0.1, 0.9, 1, 1.5]));
  expect(Array.from(gradient.dataSync())).toEqual([0, 0, 1, 1, 0, 0]);
});

it('is the mean of two binary activations', () => {
  const values = fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, (xs) =>
      tf.tidy(() => {
        const x = tf.tensor1d(xs);
        const pair = tf.add(binaryActivation(x, 0.75), binaryActivation(x, 0.25));
        expect(ternaryActivation(x).dataSync()).toEqual(tf.div(pair, 2).dataSync());
      }),
    ),
  );
});
