import { expect, test } from 'vitest';
import * as tf from './index.js';

test('chained operations compute the same as functions', async () => {
  const x = tf.tensor2d([1, -2, 3, -4], [2, 2]);
  expect(await x.add(1).abs().data()).toEqual(Float32Array.of(2, 1, 4, 3));
  expect(await x.concat(x, 1).data()).toEqual(Float32Array.of(1, -2, 1, -2, 3, -4, 3, -4));
  expect(x.as1D().shape).toEqual([4]);
  expect(x.toInt().dtype).toBe('int32');
});
