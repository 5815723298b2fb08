import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, it } from 'vitest';
import { randomValues, relativeError, requireNative } from '../testing.js';

beforeEach(requireNative);

it.each([
  [255, 3],
  [256, 3],
  [5000, 1],
])('sums the columns of %i rows and %i columns', (rows, columns) => {
  const values = randomValues(rows * columns, rows);
  const expected = new Float64Array(columns);
  values.forEach((value, i) => {
    expected[i % columns] += value;
  });
  const sum = tf.sum(tf.tensor2d(values, [rows, columns]), 0);
  expect(sum.shape).toEqual([columns]);
  expect(relativeError(sum.dataSync(), expected)).toBeLessThan(1e-5);
});

it('leaves other sums as they are', () => {
  const ones = tf.ones([300, 2]);
  expect(tf.sum(ones, 0, true).shape).toEqual([1, 2]);
  expect([...tf.sum(ones, 1).dataSync()]).toEqual(Array(300).fill(2));
  expect(tf.sum(ones).dataSync()[0]).toBe(600);
  expect([...tf.sum(tf.ones([300, 2], 'int32'), 0).dataSync()]).toEqual([300, 300]);
});

it('has the gradient of a sum', () => {
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(tf.sum(x, 0), tf.tensor1d([2, 3]))))(
    tf.ones([256, 2]),
  );
  expect([...gradient.dataSync().slice(0, 4)]).toEqual([2, 3, 2, 3]);
});
