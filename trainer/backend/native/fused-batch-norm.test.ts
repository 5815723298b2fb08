import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { normalizeBatch } from '../../layers/batch-norm.js';
import * as tf from '../../tensorflow/index.js';
import { inStep } from '../index.js';
import { stepBatchNorm } from '../step-batch-norm.js';
import { randomValues, relativeError, requireNative } from '../testing.js';

beforeEach(requireNative);

const EPSILON = 0.01;
const shapes = fc.tuple(
  fc.oneof(
    fc.tuple(fc.integer({ min: 2, max: 9 })),
    fc.tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  ),
  fc.integer({ min: 1, max: 3 }).map((vectors) => 16 * vectors),
);

function everything(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, dy: tf.Tensor): tf.Tensor[] {
  const { y, mean, variance } = normalizeBatch(x, gamma, beta, EPSILON);
  const gradients = tf.grads((...[x, gamma, beta]: tf.Tensor[]) => normalizeBatch(x, gamma, beta, EPSILON).y)(
    [x, gamma, beta],
    dy,
  );
  return [y, mean, variance, ...gradients];
}

it('has the outputs, statistics and gradients of batch norm in single operations', () => {
  fc.assert(
    fc.property(shapes, fc.nat(), ([images, channels], seed) =>
      tf.tidy(() => {
        const shape = [...images, channels];
        const tensor = (shape: number[], seed: number) =>
          tf.tensor(randomValues(tf.util.sizeFromShape(shape), seed), shape);
        const inputs = [
          tensor(shape, seed),
          tf.add(tensor([channels], seed + 1), 1.5),
          tensor([channels], seed + 2),
          tensor(shape, seed + 3),
        ] as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const expected = everything(...inputs);
        inStep('float32', () => everything(...inputs)).forEach((fused, i) => {
          expect(fused.shape).toEqual(expected[i].shape);
          expect(relativeError(fused.dataSync(), expected[i].dataSync())).toBeLessThan(1e-4);
        });
      }),
    ),
    { numRuns: 30 },
  );
});

it('is defined only in steps, and for multiples of 16 channels', () => {
  expect(inStep('float32', () => stepBatchNorm(32))).toBeDefined();
  expect(inStep('float32', () => stepBatchNorm(90))).toBeUndefined();
  expect(stepBatchNorm(32)).toBeUndefined();
});

it('keeps no tensors', () => {
  const [x, ones] = [tf.tensor(randomValues(64, 1), [4, 16]), tf.ones([16])];
  const before = tf.memory().numTensors;
  tf.tidy(() => void inStep('float32', () => everything(x, ones, ones, x)));
  expect(tf.memory().numTensors).toBe(before);
});
