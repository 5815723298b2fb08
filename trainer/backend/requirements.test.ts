import { expect, it } from 'vitest';
import { rejection, thrown } from '../../sdk/testing/throws.js';
import { UnsupportedLayerError } from '../errors.js';
import { Int8Conv2D, Int8Dense } from '../layers/index.js';
import * as tf from '../tensorflow/index.js';
import { bars } from '../testing/bars.js';
import { train } from '../training/train.js';
import { requireTrainableLayers, selectBackend } from './index.js';
import { requireNative } from './testing.js';

const network = (culprit: tf.layers.Layer) =>
  tf.sequential({ layers: [culprit, tf.layers.flatten(), new Int8Dense({ units: 2, seed: 2 })] });
const int8 = (kernelSize: number, strides: number) =>
  new Int8Conv2D({
    ...{ filters: 2, kernelSize, strides, padding: 'same', seed: 1, name: 'culprit', inputShape: [6, 6, 1] },
  });
const plain = () =>
  tf.layers.conv2d({
    ...{ filters: 2, kernelSize: 2, strides: 4, padding: 'same', name: 'culprit', inputShape: [6, 6, 1] },
  });
const options = {
  epochs: 2,
  batchSize: 25,
  optimizer: { kind: 'adam' },
  schedule: { kind: 'cosine', learningRate: 0.01 },
  train: bars(50, 1),
  validation: bars(20, 2),
  seed: 1,
} as const;

it('rejects strides larger than the kernel on the native backend before the first step', async (context) => {
  await requireNative(context);
  for (const layer of [int8(2, 4), plain()]) {
    const model = network(layer);
    const error = thrown(() => requireTrainableLayers(model));
    expect(error).toBeInstanceOf(UnsupportedLayerError);
    expect(error).toMatchObject({ code: 'not-trainable', layer: 'culprit' });
    expect(await rejection(train(model, options))).toMatchObject({ code: 'not-trainable', layer: 'culprit' });
  }
  requireTrainableLayers(network(int8(2, 2)));
});

it('trains them on the wasm backend', async () => {
  await selectBackend({ backend: 'wasm' });
  for (const layer of [int8(2, 4), plain()]) {
    const model = network(layer);
    const before = layer.getWeights()[0].dataSync().slice();
    await train(model, options);
    expect(layer.getWeights()[0].dataSync()).not.toEqual(before);
  }
});
