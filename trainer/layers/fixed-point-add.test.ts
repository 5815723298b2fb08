import { beforeAll, expect, it } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { FixedPointAdd } from './index.js';

beforeAll(async () => {
  await selectBackend();
});

it('rounds and clamps the sum, once', () => {
  const add = new FixedPointAdd({ step: 1 / 4 });
  const [a, b] = [tf.tensor2d([[1, 1.25, 8000, -8000]]), tf.tensor2d([[0.12, 0.125, 8000, -192.25]])];
  expect(Array.from((add.apply([a, b]) as tf.Tensor).dataSync())).toEqual([1, 1.5, 8191.75, -8192]);
});

it('has a step of 1/64 by default, and accepts powers of two', () => {
  expect(new FixedPointAdd().step).toBe(1 / 64);
  const config = new FixedPointAdd({ step: 2, name: 'sum' }).getConfig();
  expect(FixedPointAdd.fromConfig(FixedPointAdd as never, config)).toMatchObject({ step: 2, name: 'sum' });
  expect(codeOf(() => new FixedPointAdd({ step: 0.3 }))).toBe('invalid-step');
});

it('rejects inputs of different shapes', () => {
  const [a, b] = [tf.input({ shape: [4, 4, 2] }), tf.input({ shape: [4, 4, 3] })];
  expect(() => new FixedPointAdd().apply([a, b])).toThrow(Error);
  expect((new FixedPointAdd().apply([a, a]) as tf.SymbolicTensor).shape).toEqual([null, 4, 4, 2]);
});
