import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf, thrown } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { type LossOptions, lossOf } from './loss.js';

beforeAll(async () => {
  await selectBackend();
});

const CLASSES = 3;
const images = () => tf.zeros([2, 1, 1, 1]) as tf.Tensor4D;
const labels = Uint16Array.of(2, 0);

/** A teacher with the same logits for every image. */
function teacher(logits: number[]): tf.LayersModel {
  const model = tf.sequential({
    layers: [tf.layers.flatten({ inputShape: [1, 1, 1] }), tf.layers.dense({ units: CLASSES })],
  });
  model.layers[1].setWeights([tf.zeros([1, CLASSES]), tf.tensor1d(logits)]);
  return model;
}

/** Computes the loss in float64, from the definition. */
function expected(
  logits: number[][],
  { labelSmoothing = 0, distillation }: LossOptions,
  said: number[],
): number {
  const softmax = (z: number[]) => {
    const powers = z.map((value) => Math.exp(value - Math.max(...z)));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  };
  const entropy = (targets: number[], z: number[]) =>
    -softmax(z).reduce((sum, p, k) => sum + targets[k] * Math.log(p), 0);
  const { weight = 0, temperature = 1 } = distillation ?? {};
  const losses = logits.map((z, i) => {
    const targets = z.map((_, k) => (k === labels[i] ? 1 - labelSmoothing : 0) + labelSmoothing / CLASSES);
    const soft = softmax(said.map((y) => y / temperature));
    const fromTeacher = entropy(
      soft,
      z.map((value) => value / temperature),
    );
    return (1 - weight) * entropy(targets, z) + weight * temperature ** 2 * fromTeacher;
  });
  return losses.reduce((a, b) => a + b) / losses.length;
}

const logit = fc.double({ min: -4, max: 4, noNaN: true });
const row = fc.array(logit, { minLength: CLASSES, maxLength: CLASSES });
const share = fc.double({ min: 0.01, max: 0.9, noNaN: true });
const losses: fc.Arbitrary<LossOptions> = fc.record(
  {
    labelSmoothing: share,
    distillation: fc.record({ weight: share, temperature: fc.double({ min: 0.5, max: 8, noNaN: true }) }),
  },
  { requiredKeys: [] },
);

describe('the loss', () => {
  it('equals the formula', () => {
    fc.assert(
      fc.property(fc.tuple(row, row), row, losses, (logits, said, options) => {
        const loss = tf.tidy(() => {
          const of = lossOf(options, teacher(said))(images(), labels);
          return of(tf.tensor2d(logits)).dataSync()[0];
        });
        const right = expected(logits, options, said);
        expect(Math.abs(loss - right)).toBeLessThan(1e-4 * (1 + right));
      }),
      { numRuns: 30 },
    );
  });

  it('has no gradient at the logits of the teacher if the weight is 1', () => {
    const said = [1, -2, 0.5];
    const gradient = tf.tidy(() => {
      const of = lossOf({ distillation: { weight: 1, temperature: 3 } }, teacher(said))(images(), labels);
      return tf
        .grad((logits) => of(logits as tf.Tensor2D))(tf.tensor2d([said, said]))
        .dataSync();
    });
    for (const value of gradient) expect(Math.abs(value)).toBeLessThan(1e-6);
  });

  it.each([
    [{ labelSmoothing: 1 }, 1],
    [{ labelSmoothing: -0.1 }, -0.1],
    [{ distillation: { weight: 0, temperature: 1 } }, 0],
    [{ distillation: { weight: 0.5, temperature: 0 } }, 0],
  ])('%j is rejected', (options, received) => {
    const error = thrown(() => lossOf(options, teacher([0, 0, 0])));
    expect(error).toMatchObject({ name: 'UsageError', code: 'invalid-loss', received });
  });

  it('requires a teacher for distillation', () => {
    expect(codeOf(() => lossOf({ distillation: { weight: 1, temperature: 1 } }))).toBe('invalid-loss');
  });
});
