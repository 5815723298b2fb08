import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { barsNetwork } from '../testing/bars.js';
import { allFinite, firstNonFinite } from './non-finite.js';

beforeAll(async () => {
  await selectBackend();
});

const images = () => tf.ones([2, 6, 6, 1]);
const poison = (tensor: tf.Tensor, value: number) => tf.fill(tensor.shape, value);

it('finds nothing if all numbers are finite', () => {
  expect(firstNonFinite(barsNetwork(), images())).toBeUndefined();
});

it('names the first layer whose weights are not finite', () => {
  const model = barsNetwork();
  for (const i of [3, 5]) {
    model.layers[i].setWeights(model.layers[i].getWeights().map((weight) => poison(weight, Number.NaN)));
  }
  expect(firstNonFinite(model, images())).toEqual({
    layer: model.layers[3].name,
    className: 'BinaryConv2D',
    what: 'weights',
  });
});

it('names the first layer whose output overflows', () => {
  const model = barsNetwork();
  const [kernel, bias] = model.layers[8].getWeights();
  model.layers[8].setWeights([poison(kernel, 3e38), bias]);
  const [gamma, beta, mean, variance] = model.layers[1].getWeights();
  model.layers[1].setWeights([gamma, poison(beta, 1), mean, variance]);
  expect(firstNonFinite(model, images())).toMatchObject({ layer: model.layers[8].name, what: 'output' });
});

it('names the layer nearest to the loss if only gradients are not finite', () => {
  const model = barsNetwork();
  const gradients = Object.fromEntries(
    [model.layers[0], model.layers[5]].map((layer) => {
      const variable = layer.trainableWeights[0].read() as tf.Variable;
      return [variable.name, poison(variable, Number.POSITIVE_INFINITY)];
    }),
  );
  expect(firstNonFinite(model, images(), gradients)).toMatchObject({
    layer: model.layers[5].name,
    what: 'gradient',
  });
});

it('keeps no tensors', () => {
  const model = barsNetwork();
  const input = images();
  const before = tf.memory().numTensors;
  firstNonFinite(model, input);
  expect(tf.memory().numTensors).toBe(before);
});

it('recognizes NaN and the infinities', () => {
  expect(allFinite([0, -1, 3e38])).toBe(true);
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(allFinite([1, odd, 2])).toBe(false);
  }
});
