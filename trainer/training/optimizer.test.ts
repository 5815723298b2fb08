import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { Optimizer, type OptimizerOptions } from './optimizer.js';

beforeAll(async () => {
  await selectBackend();
});

const numbers = (tensor: tf.Tensor) => tensor.dataSync() as Float32Array;

const cases: [string, OptimizerOptions, () => tf.Optimizer][] = [
  ['Adam', { kind: 'adam' }, () => tf.train.adam(0.1)],
  ['Adam with its own decay', { kind: 'adam', beta1: 0.5, beta2: 0.9 }, () => tf.train.adam(0.1, 0.5, 0.9)],
  ['momentum', { kind: 'momentum', nesterov: false }, () => tf.train.momentum(0.1, 0.9, false)],
  ['Nesterov', { kind: 'momentum', momentum: 0.8 }, () => tf.train.momentum(0.1, 0.8, true)],
];

// TensorFlow.js computes 1 - 0.999^t in float32, which is less accurate.
it.each(cases)('%s takes the same steps as TensorFlow.js', (_name, options, create) => {
  const start = [
    [0.3, -2],
    [1, 0],
  ];
  const [ours, theirs] = [tf.tensor2d(start).variable(), tf.tensor2d(start).variable()];
  const optimizer = new Optimizer(options);
  const reference = create();
  const loss = (w: tf.Tensor) => tf.sum(tf.square(tf.sub(w, 0.5)));
  for (let step = 0; step < 20; step++) {
    optimizer.apply([[ours, numbers(tf.grad(loss)(ours))]], 0.1);
    reference.minimize(() => loss(theirs).asScalar(), false, [theirs]);
  }
  const expected = theirs.dataSync();
  ours.dataSync().forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 4);
  });
});

it('keeps no tensors', () => {
  const variable = tf.tensor1d([1, 2]).variable();
  const gradient = Float32Array.of(1, 1);
  const optimizer = new Optimizer({ kind: 'adam' });
  const before = tf.memory().numTensors;
  for (let step = 0; step < 3; step++) optimizer.apply([[variable, gradient]], 0.1);
  expect(tf.memory().numTensors).toBe(before);
});

const OPTIMIZERS: OptimizerOptions['kind'][] = ['adam', 'adamw', 'momentum'];

/** The weights after some steps of gradient descent on sum (w - 1/2)^2, with an extra term in the gradient. */
function descend(
  options: OptimizerOptions,
  { steps = 5, extra = 0, shrink = 0 }: { steps?: number; extra?: number; shrink?: number } = {},
): number[] {
  const variable = tf.tensor1d([0.3, -2, 1]).variable();
  const optimizer = new Optimizer(options);
  for (let step = 0; step < steps; step++) {
    tf.tidy(() => {
      const gradient = tf.add(tf.mul(tf.sub(variable, 0.5), 2), tf.mul(variable, extra));
      const before = variable.clone();
      optimizer.apply([[variable, numbers(gradient)]], 0.1);
      if (shrink) variable.assign(tf.sub(variable, tf.mul(before, shrink)));
    });
  }
  return Array.from(variable.dataSync());
}

function expectClose(actual: number[], expected: number[]): void {
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 5);
  });
}

it.each(['adam', 'momentum'] as const)('%s: weight decay is an L2 penalty on the gradient', (kind) => {
  expectClose(descend({ kind, weightDecay: 0.2 }), descend({ kind }, { extra: 0.2 }));
});

it('AdamW also shrinks the weights by learning rate times decay', () => {
  expectClose(descend({ kind: 'adamw', weightDecay: 0.3 }), descend({ kind: 'adam' }, { shrink: 0.03 }));
  expect(descend({ kind: 'adamw', weightDecay: 0 })).toEqual(descend({ kind: 'adam' }));
});

it.each(OPTIMIZERS)('%s continues from a saved state', (kind) => {
  const variable = tf.tensor1d([0.3, -2, 1]).variable();
  let optimizer = new Optimizer({ kind });
  for (let step = 0; step < 5; step++) {
    if (step === 3) {
      const kept = structuredClone(optimizer.stateOf(variable));
      optimizer = new Optimizer({ kind });
      optimizer.restore(variable, kept);
    }
    tf.tidy(() => optimizer.apply([[variable, numbers(tf.mul(tf.sub(variable, 0.5), 2))]], 0.1));
  }
  expect(Array.from(variable.dataSync())).toEqual(descend({ kind }));
});
