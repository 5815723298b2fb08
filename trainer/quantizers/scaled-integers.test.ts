import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { straightThrough } from './scaled-integers.js';

beforeAll(async () => {
  await selectBackend();
});

it('computes with the integers and passes the gradient of the scaled weight to the latent one', () => {
  const scale = 0.25;
  const x = tf.tensor2d([[1, 2]]);
  const y = (w: tf.Tensor) =>
    tf.mul(tf.matMul(x, straightThrough(w, Float32Array.of(3, -1), scale) as tf.Tensor2D), scale);
  const { value, grad } = tf.valueAndGrad(y)(tf.tensor2d([[0.7], [-0.2]]), tf.tensor2d([[1]]));
  expect(Array.from(value.dataSync())).toEqual([(1 * 3 + 2 * -1) * scale]);
  expect(Array.from(grad.dataSync())).toEqual([1, 2]);
});
