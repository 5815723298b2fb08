import { beforeAll, expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { createNetwork } from '../networks/index.js';
import type * as tf from '../tensorflow/index.js';
import { copyWeights } from './pretrained-weights.js';

beforeAll(() => selectBackend());

const weightsOf = (model: tf.LayersModel) => model.getWeights().map((weights) => weights.dataSync());

it('copies all weights of a network, which keeps its own', () => {
  const pretrained = createNetwork('mnist', 1);
  const model = createNetwork('mnist', 2);
  expect(weightsOf(model)).not.toEqual(weightsOf(pretrained));
  copyWeights(model, pretrained);
  expect(weightsOf(model)).toEqual(weightsOf(pretrained));
  model.setWeights(createNetwork('mnist', 3).getWeights());
  expect(weightsOf(pretrained)).toEqual(weightsOf(createNetwork('mnist', 1)));
});

it('keeps the logits of a network with another number of classes', () => {
  const pretrained = createNetwork('mnist', 1);
  const model = createNetwork('mnist', 2, { classCount: 3 });
  copyWeights(model, pretrained);
  const of = (network: tf.LayersModel, layer: string) =>
    network
      .getLayer(layer)
      .getWeights()
      .map((weights) => weights.dataSync());
  for (const layer of ['conv1', 'norm1', 'conv2', 'conv3', 'norm3'])
    expect(of(model, layer)).toEqual(of(pretrained, layer));
  expect(of(model, 'logits')).toEqual(of(createNetwork('mnist', 2, { classCount: 3 }), 'logits'));
});

it('rejects other layers and other widths, and leaves the network as it was', () => {
  const model = createNetwork('mnist', 2);
  const before = weightsOf(model);
  for (const other of [
    createNetwork('vgg7', 1),
    createNetwork('mnist', 1, { width: 2 }),
    createNetwork('mnist', 1, { width: 2, classCount: 3 }),
  ]) {
    const error = thrown(() => copyWeights(model, other));
    expect(error).toMatchObject({ name: 'IncompatibleDataError', code: 'pretrained-mismatch' });
  }
  expect(weightsOf(model)).toEqual(before);
});
