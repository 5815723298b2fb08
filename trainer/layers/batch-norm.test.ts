import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { BatchNorm, normalizeBatch } from './batch-norm.js';

beforeAll(async () => {
  await selectBackend();
});

const EPSILON = 0.01;

/** Spelled out, so that tfjs derives the gradients step by step. */
function spelledOut(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const { mean, variance } = tf.moments(x, axes);
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPSILON))), gamma), beta);
}

const shapes = fc.oneof(
  fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 5 })),
  fc.tuple(fc.constant(3), fc.constant(2), fc.constant(4), fc.integer({ min: 1, max: 5 })),
);

function uniform(random: Random, shape: number[], low: number): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => low + random.next()),
    shape,
  );
}

function expectClose(actual: tf.Tensor, expected: tf.Tensor): void {
  expect(actual.shape).toEqual(expected.shape);
  const reference = expected.dataSync();
  actual.dataSync().forEach((value, i) => {
    expect(Math.abs(value - reference[i])).toBeLessThan(1e-3 + 1e-3 * Math.abs(reference[i]));
  });
}

it('equals its definition, with the gradients of all three inputs', () => {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, seed) =>
      tf.tidy(() => {
        const random = new Random(seed);
        const channels = shape.slice(-1);
        const inputs = [
          uniform(random, shape, -0.5),
          uniform(random, channels, 0.2),
          uniform(random, channels, -0.5),
        ];
        const fast = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
          normalizeBatch(x, gamma, beta, EPSILON).y;
        expectClose(fast(inputs[0], inputs[1], inputs[2]), spelledOut(inputs[0], inputs[1], inputs[2]));
        const dy = uniform(random, shape, -0.5);
        const expected = tf.grads(spelledOut as (...args: tf.Tensor[]) => tf.Tensor)(inputs, dy);
        tf.grads(fast as (...args: tf.Tensor[]) => tf.Tensor)(inputs, dy).forEach((gradient, i) => {
          expectClose(gradient, expected[i]);
        });
      }),
    ),
    { numRuns: 30 },
  );
});

it('has the same running statistics and inference as the layer of TensorFlow.js', () => {
  const options = { momentum: 0.7, epsilon: EPSILON };
  const [ours, theirs] = [new BatchNorm(options), tf.layers.batchNormalization(options)];
  const random = new Random(1);
  for (let batch = 0; batch < 3; batch++) {
    const x = uniform(random, [4, 3, 3, 2], batch);
    expectClose(
      ours.apply(x, { training: true }) as tf.Tensor,
      theirs.apply(x, { training: true }) as tf.Tensor,
    );
  }
  ours.getWeights().forEach((weight, i) => {
    expectClose(weight, theirs.getWeights()[i]);
  });
  const x = uniform(random, [4, 3, 3, 2], 1);
  expect(Array.from((ours.apply(x) as tf.Tensor).dataSync())).toEqual(
    Array.from((theirs.apply(x) as tf.Tensor).dataSync()),
  );
});

it('leaves other axes to TensorFlow.js', () => {
  const options = { axis: 1, epsilon: EPSILON };
  const x = uniform(new Random(2), [4, 3, 2], 0);
  const [ours, theirs] = [new BatchNorm(options), tf.layers.batchNormalization(options)];
  expectClose(
    ours.apply(x, { training: true }) as tf.Tensor,
    theirs.apply(x, { training: true }) as tf.Tensor,
  );
});

it('keeps no tensors after a step', () => {
  const layer = new BatchNorm({});
  const x = uniform(new Random(3), [4, 3], 0);
  layer.build(x.shape);
  const step = () =>
    tf.tidy(() => {
      tf.variableGrads(() => tf.sum(layer.apply(x, { training: true }) as tf.Tensor).asScalar());
    });
  step();
  const before = tf.memory().numTensors;
  step();
  expect(tf.memory().numTensors).toBe(before);
});
