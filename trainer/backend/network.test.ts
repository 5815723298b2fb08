import { expect, it } from 'vitest';
import * as tf from '../tensorflow/index.js';
import { computeOn, randomValues, relativeError, requireNative } from './testing.js';

/** Levels 0, 1/2 and 1; the gradient passes where 0 < x < 1. */
const ternary = tf.customGrad((...args) => {
  const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
  save([x]);
  const value = tf.add(tf.mul(tf.greaterEqual(x, 0.25), 0.5), tf.mul(tf.greaterEqual(x, 0.75), 0.5));
  const gradFunc = (dy: tf.Tensor, [x]: tf.Tensor[]) =>
    tf.mul(dy, tf.cast(tf.logicalAnd(tf.greater(x, 0), tf.less(x, 1)), 'float32'));
  return { value, gradFunc };
});

const parameters: Record<string, number[]> = {
  first: [3, 3, 1, 4],
  gamma: [4],
  beta: [4],
  second: [3, 3, 4, 6],
  dense: [3 * 3 * 6, 10],
};

/** The loss of a small network of every layer that training uses, and its gradients. */
function lossAndGradients(): tf.Tensor[] {
  const images = tf.tensor4d(randomValues(8 * 13 * 13, 1), [8, 13, 13, 1]);
  const labels = tf.oneHot(tf.range(0, 8, 1, 'int32'), 10);
  const forward = (
    first: tf.Tensor,
    gamma: tf.Tensor,
    beta: tf.Tensor,
    second: tf.Tensor,
    dense: tf.Tensor,
  ) => {
    const pooled = tf.maxPool(tf.conv2d(images, first as tf.Tensor4D, 1, 'same'), 2, 2, 'valid');
    const { mean, variance } = tf.moments(pooled, [0, 1, 2]);
    const normalized = tf.batchNorm(
      pooled,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      beta as tf.Tensor1D,
      gamma as tf.Tensor1D,
    );
    const features = tf.relu(tf.conv2d(ternary(normalized) as tf.Tensor4D, second as tf.Tensor4D, 2, 'same'));
    const logits = tf.matMul(tf.reshape(features, [8, -1]), dense as tf.Tensor2D);
    return tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar;
  };
  const values = Object.values(parameters).map((shape, i) =>
    tf.tensor(randomValues(tf.util.sizeFromShape(shape), 10 + i), shape),
  );
  const { value, grads } = tf.valueAndGrads(forward as (...args: tf.Tensor[]) => tf.Tensor)(values);
  return [value, ...grads];
}

it('both backends give the same gradients of a small network', async (context) => {
  await requireNative(context);
  const wasm = await computeOn('wasm', lossAndGradients);
  const native = await computeOn('native', lossAndGradients);
  const errors = ['loss', ...Object.keys(parameters)].map((name, i) => [
    name,
    relativeError(wasm[i], native[i]),
  ]);
  for (const [name, error] of errors) expect(error, String(name)).toBeLessThan(1e-4);
});
