import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { Dropout, withMasks } from './dropout.js';

beforeAll(async () => {
  await selectBackend();
});

const VALUES = 4000;

/** Returns the outputs of two layers for ones. */
function masks(seed: number, rate: number, training = true): [Float32Array, Float32Array] {
  const draw = () => {
    const layer = new Dropout({ rate, seed: 1 });
    return (layer.apply(tf.ones([1, VALUES]), { training }) as tf.Tensor).dataSync() as Float32Array;
  };
  return tf.tidy(() => withMasks(seed, () => [draw(), draw()]));
}

const share = (mask: Float32Array) => mask.filter((value) => value === 0).length / VALUES;
const alike = (a: Float32Array, b: Float32Array) => a.filter((value, i) => value === b[i]).length / VALUES;

it('drops its share, and scales the rest', () => {
  const [mask] = masks(1, 0.25);
  expect(share(mask)).toBeCloseTo(0.25, 1);
  expect(new Set(mask)).toEqual(new Set([0, Math.fround(4 / 3)]));
});

it('draws the same masks for the same seed, and unrelated ones for another seed or layer', () => {
  const [first, second] = masks(7, 0.5);
  expect(masks(7, 0.5)).toEqual([first, second]);
  for (const other of [second, ...masks(8, 0.5), ...masks(9, 0.5)])
    expect(alike(first, other)).toBeCloseTo(0.5, 1);
});

it('a step inside of a step does not change the outer one, even if it fails', () => {
  const ones = tf.ones([1, VALUES]);
  const draw = () => (new Dropout({ rate: 0.5 }).apply(ones, { training: true }) as tf.Tensor).dataSync();
  const plain = withMasks(1, () => [draw(), draw()]);
  const nested = withMasks(1, () => {
    const first = draw();
    const failing = () => {
      draw();
      throw new Error('failed');
    };
    expect(() => withMasks(5, failing)).toThrow('failed');
    return [first, draw()];
  });
  expect(nested).toEqual(plain);
});

it('does nothing in prediction, and at rate 0', () => {
  for (const [mask] of [masks(1, 0.5, false), masks(1, 0)]) expect(new Set(mask)).toEqual(new Set([1]));
});

it('passes gradients where the mask passes values', () => {
  const layer = new Dropout({ rate: 0.5 });
  const x = tf.ones([1, 50]);
  const apply = (input: tf.Tensor) => layer.apply(input, { training: true }) as tf.Tensor;
  const gradient = withMasks(3, () => tf.grad(apply)(x));
  expect(gradient.dataSync()).toEqual(withMasks(3, () => apply(x)).dataSync());
});

it('has the class name Dropout in files', async () => {
  const model = tf.sequential({ layers: [tf.layers.dropout({ rate: 0.3, inputShape: [2] })] });
  const read = await tf.models.modelFromJSON(
    model.toJSON(undefined, false) as unknown as Parameters<typeof tf.models.modelFromJSON>[0],
  );
  expect(read.layers[0]).toBeInstanceOf(Dropout);
  expect(read.layers[0].getConfig()).toMatchObject({ rate: 0.3 });
});
