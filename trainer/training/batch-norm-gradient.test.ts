import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { Random } from '../random.js';
import { registerBatchNormGradient } from './batch-norm-gradient.js';

beforeAll(async () => {
  await selectBackend();
  registerBatchNormGradient();
  registerBatchNormGradient();
});

const EPSILON = 0.01;

/** Batch norm spelled out, whose gradients tfjs derives step by step. */
const spelledOut = (
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  offset: tf.Tensor,
  scale: tf.Tensor,
) => tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPSILON))), scale), offset);
const fused = (x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, offset: tf.Tensor, scale: tf.Tensor) =>
  tf.batchNorm(
    x,
    mean as tf.Tensor1D,
    variance as tf.Tensor1D,
    offset as tf.Tensor1D,
    scale as tf.Tensor1D,
    EPSILON,
  );

it('is the gradient of the definition, in all five inputs', () => {
  const shapes = fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5 })),
    fc.tuple(fc.constant(3), fc.constant(2), fc.constant(4), fc.integer({ min: 1, max: 5 })),
  );
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, seed) =>
      tf.tidy(() => {
        const random = new Random(seed);
        const tensor = (dimensions: number[], low: number) => {
          const size = dimensions.reduce((product, length) => product * length, 1);
          return tf.tensor(
            Float32Array.from({ length: size }, () => low + random.next()),
            dimensions,
          );
        };
        const channels = shape.slice(-1);
        const inputs = [
          tensor(shape, -0.5),
          tensor(channels, -0.5),
          tensor(channels, 0.1),
          tensor(channels, 0),
          tensor(channels, -0.5),
        ];
        const dy = tensor(shape, -0.5);
        const expected = tf.grads(spelledOut as (...args: tf.Tensor[]) => tf.Tensor)(inputs, dy);
        tf.grads(fused as (...args: tf.Tensor[]) => tf.Tensor)(inputs, dy).forEach((gradient, i) => {
          const reference = expected[i].dataSync();
          expect(gradient.shape).toEqual(expected[i].shape);
          gradient.dataSync().forEach((value, k) => {
            expect(Math.abs(value - reference[k])).toBeLessThan(1e-3 + 1e-3 * Math.abs(reference[k]));
          });
        });
      }),
    ),
    { numRuns: 30 },
  );
});

it('leaves statistics for every single value to tfjs', () => {
  const x = tf.tensor2d([[1, 2]]);
  const [zeros, ones] = [tf.zerosLike(x), tf.onesLike(x)];
  const gradient = tf.grad((input) => tf.batchNorm(input, zeros, ones, zeros, ones, 0))(x);
  expect(Array.from(gradient.dataSync())).toEqual([1, 1]);
});
