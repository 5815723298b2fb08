import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decouple.js';
import { createNetwork, UnknownNetworkError } from './index.js';

beforeAll(async () => {
  await selectBackend();
});

it('builds the mnist network: a picture in, ten logits out', () => {
  const network = createNetwork('mnist', 1);
  expect(network.inputs[0].shape).toEqual([null, 28, 28, 1]);
  expect(network.outputs[0].shape).toEqual([null, 10]);
  const kernels = (model: typeof network) =>
    model.layers.filter((layer) => 'quantisedKernel' in layer).map((layer) => layer.getWeights()[0].shape);
  expect([kernels(network), kernels(decouple(network))]).toMatchInlineSnapshot(`
    [
      [
        [
          3,
          3,
          1,
          16,
        ],
        [
          3,
          3,
          16,
          23,
        ],
        [
          3,
          3,
          23,
          32,
        ],
        [
          288,
          10,
        ],
      ],
      [
        [
          3,
          3,
          1,
          16,
        ],
        [
          3,
          3,
          32,
          23,
        ],
        [
          3,
          3,
          46,
          32,
        ],
        [
          576,
          10,
        ],
      ],
    ]
  `);
});

it('follows the seed', () => {
  const weights = (seed: number) =>
    createNetwork('mnist', seed)
      .getWeights()
      .map((weight) => weight.dataSync());
  expect(weights(1)).toEqual(weights(1));
  expect(weights(1)).not.toEqual(weights(2));
});

it('names the networks there are', () => {
  expect(() => createNetwork('vgg', 1)).toThrow(UnknownNetworkError);
  expect(() => createNetwork('vgg', 1)).toThrow('There is no network "vgg"; there are: mnist.');
});
