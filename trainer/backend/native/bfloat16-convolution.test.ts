import { beforeEach, expect, it } from 'vitest';
import { BinaryConv2D } from '../../layers/index.js';
import * as tf from '../../tensorflow/index.js';
import { inStep } from '../index.js';
import { randomValues, relativeError, requireNative } from '../testing.js';

beforeEach(requireNative);

const signs = (shape: number[], seed: number) =>
  tf.sign(tf.tensor(randomValues(tf.util.sizeFromShape(shape), seed), shape));
const bits = (shape: number[], seed: number) => tf.relu(signs(shape, seed));
const convolve = (x: tf.Tensor, kernel: tf.Tensor) =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');

it('gives exact sums of a binary layer if 8 bits can hold them', () => {
  // 3 x 3 x 28 products: no sum is above 256, which bfloat16 still tells from 255.
  const [x, kernel] = [bits([2, 6, 5, 28], 1), signs([3, 3, 28, 7], 2)];
  const rounded = inStep('bfloat16', () => convolve(x, kernel));
  expect(rounded.dtype).toBe('float32');
  expect([...rounded.dataSync()]).toEqual([...convolve(x, kernel).dataSync()]);
});

it('rounds to 8 bits only in a step in bfloat16', () => {
  const [x, kernel] = [tf.tensor4d([257], [1, 1, 1, 1]), tf.tensor4d([1], [1, 1, 1, 1])];
  const result = () => convolve(x, kernel).dataSync()[0];
  expect(inStep('bfloat16', result)).toBe(256);
  expect(inStep('float32', result)).toBe(257);
  expect(result()).toBe(257);
});

it('has gradients near those of float32', () => {
  const x = tf.tensor(randomValues(2 * 6 * 6 * 5, 3), [2, 6, 6, 5]);
  const kernel = signs([3, 3, 5, 4], 4);
  const loss = (x: tf.Tensor, kernel: tf.Tensor) => tf.sum(tf.square(convolve(x, kernel))) as tf.Scalar;
  const gradients = () =>
    tf
      .grads(loss)([x, kernel])
      .map((gradient) => gradient.dataSync());
  const rounded = inStep('bfloat16', gradients);
  gradients().forEach((exact, i) => {
    const error = relativeError(rounded[i], exact);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(2 ** -6);
  });
});

it('rounds an input of two convolutions in a step once, and a changed input again', () => {
  const [x, kernel] = [tf.tensor4d([257], [1, 1, 1, 1]), tf.tensor4d([1], [1, 1, 1, 1])];
  const results = inStep('bfloat16', () =>
    [x, x, tf.mul(x, 3)].map((input) => convolve(input, kernel).dataSync()[0]),
  );
  expect(results).toEqual([256, 256, 772]);
  expect(inStep('bfloat16', () => convolve(tf.add(x, 2), kernel).dataSync()[0])).toBe(260);
});

it.each([false, true])(
  'a binary layer scales its weights instead of its output; channel scales: %s',
  (channelScales) => {
    const layer = new BinaryConv2D({ filters: 6, kernelSize: 3, padding: 'same', seed: 1, channelScales });
    const x = bits([2, 5, 5, 16], 7);
    const exact = (layer.apply(x) as tf.Tensor).dataSync();
    const rounded = inStep('bfloat16', () => (layer.apply(x) as tf.Tensor).dataSync());
    // The scale and the scaled sums are rounded to 8 bits, once each.
    exact.forEach((value, i) => {
      expect(Math.abs(rounded[i] - value)).toBeLessThanOrEqual(2 ** -7 * Math.abs(value));
    });
  },
);

it('keeps no tensors', () => {
  const [x, kernel] = [bits([1, 4, 4, 3], 5), signs([3, 3, 3, 2], 6)];
  const before = tf.memory().numTensors;
  inStep('bfloat16', () => convolve(x, kernel)).dispose();
  expect(tf.memory().numTensors).toBe(before);
});
