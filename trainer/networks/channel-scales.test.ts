import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import { exportModel } from '../export/index.js';
import { BinaryConv2D, QuantizedLayer } from '../layers/index.js';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { randomize, smallPixels } from '../testing/random-model.js';
import { withChannelScales } from './channel-scales.js';
import { buildNetwork, networkSpec } from './index.js';
import { SMALL } from './small.testing.js';

beforeAll(async () => {
  await selectBackend();
});

const IMAGES = 6;

function network(name: string, seed: number): tf.LayersModel {
  const model = buildNetwork(withChannelScales(networkSpec(name, SMALL[name])), 1);
  randomize(model, seed);
  return model;
}

function logitsOf(model: tf.LayersModel, seed: number): Float32Array {
  return tf.tidy(() => {
    const pixels = Float32Array.from(smallPixels(model, IMAGES, seed));
    const shape = [IMAGES, ...(model.inputs[0].shape.slice(1) as number[])];
    return (model.predict(tf.tensor(pixels, shape)) as tf.Tensor).dataSync() as Float32Array;
  });
}

describe.each(['mnist', 'vgg7', 'resnet18'])('%s with a scale for each output', (name) => {
  it('has scales in every binary layer', () => {
    const binary = network(name, 1).layers.filter(
      (layer): layer is QuantizedLayer => layer instanceof QuantizedLayer && 'binaryWeights' in layer,
    );
    expect(binary.length).toBeGreaterThan(0);
    for (const layer of binary) expect(new Set(layer.outputScales()).size).toBeGreaterThan(1);
  });

  it('decouples without changing a bit', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const coupled = network(name, seed);
        expect(logitsOf(decouple(coupled), seed)).toEqual(logitsOf(coupled, seed));
      }),
      { numRuns: 3 },
    );
  });
});

it.each(['mnist', 'vgg7'])(
  '%s with channel scales: the exported network agrees with its graph',
  async (name) => {
    for (const seed of [1, 2, 3]) {
      const model = network(name, seed);
      const [height, width, channels] = model.inputs[0].shape.slice(1) as number[];
      const random = new Random(seed);
      const images = Uint8Array.from({ length: 40 * height * width * channels }, () => random.below(256));
      for (const form of [model, decouple(model)]) {
        const { agreement } = await exportModel(form, { validation: { images, count: 40 } });
        expect(agreement).toMatchObject({ images: 40, activationsDiffering: 0, classesDiffering: 0 });
      }
    }
  },
);

it('cannot be exported in the layer that makes the logits', async () => {
  const model = buildNetwork(
    {
      input: [4, 4, 1],
      layers: [
        { kind: 'int8-conv', filters: 2, kernel: 3 },
        { kind: 'binary' },
        { kind: 'flatten' },
        { kind: 'binary-dense', units: 2, channelScales: true },
      ],
    },
    1,
  );
  expect(await rejection(exportModel(model))).toMatchObject({
    ...{ code: 'not-exportable', layer: 'binary_dense1' },
  });
});

it('usedWeights gives the weights of the forward pass, and nudge changes one of them', () => {
  const layer = new BinaryConv2D({ filters: 2, kernelSize: 1, channelScales: true, inputShape: [1, 1, 2] });
  const model = tf.sequential({ layers: [layer] });
  layer.setWeights([tf.tensor4d([1, -8, 3, 2], [1, 1, 2, 2])]);
  expect([...layer.usedWeights()]).toEqual([2, -5, 2, 5]);
  const of = () => [...(model.predict(tf.tensor4d([1, 1], [1, 1, 1, 2])) as tf.Tensor).dataSync()];
  expect(of()).toEqual([4, 0]);
  layer.nudge({ index: 1, amount: 1.25 });
  expect(of()).toEqual([4, 1.25]);
});
