import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { PadChannels } from './index.js';

beforeAll(async () => {
  await selectBackend();
});

it('adds zeros behind the channels, and keeps their gradient', () => {
  const layer = new PadChannels({ channels: 2 });
  const x = tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]);
  const padded = layer.apply(x) as tf.Tensor;
  expect(padded.shape).toEqual(layer.computeOutputShape(x.shape));
  expect(Array.from(padded.dataSync())).toEqual([1, 2, 0, 0, 3, 4, 0, 0]);
  const gradient = tf.grad((input) => tf.sum(tf.square(layer.apply(input) as tf.Tensor)))(x);
  expect(Array.from(gradient.dataSync())).toEqual([2, 4, 6, 8]);
});

it('is equal after a round trip through JSON', () => {
  const layer = new PadChannels({ channels: 3, name: 'pad' });
  expect(PadChannels.fromConfig(PadChannels as never, layer.getConfig()).getConfig()).toEqual(
    layer.getConfig(),
  );
});
