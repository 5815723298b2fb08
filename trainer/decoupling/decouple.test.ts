import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { UnsupportedLayerError } from '../errors.js';
import {
  BinaryActivation,
  BinaryConv2D,
  BinaryDense,
  Int8Conv2D,
  TernaryActivation,
} from '../layers/index.js';
import { mnistNetwork } from '../networks/index.js';
import * as tf from '../tensorflow/index.js';
import { networkPlans, plannedNetwork, randomize, smallPixels } from '../testing/random-model.js';
import { decouple } from './decouple.js';

beforeAll(async () => {
  await selectBackend();
});

/** Five images of small pixels. */
function image(model: tf.LayersModel, seed: number): tf.Tensor {
  const shape = [5, ...(model.inputs[0].shape.slice(1) as number[])];
  return tf.tensor(Float32Array.from(smallPixels(model, 5, seed)), shape);
}

function output(model: tf.LayersModel, x: tf.Tensor): number[] {
  return Array.from((model.predict(x) as tf.Tensor).dataSync());
}

function expectEqualAfterDecoupling(model: tf.LayersModel, seed: number): tf.LayersModel {
  const decoupled = decouple(model);
  const x = image(model, seed);
  expect(output(decoupled, x)).toEqual(output(model, x));
  expect(decoupled.layers.some((layer) => layer instanceof TernaryActivation)).toBe(false);
  return decoupled;
}

describe('decouple', () => {
  it('changes no bit of any output of any network', () => {
    fc.assert(
      fc.property(networkPlans, (plan) =>
        tf.tidy(() => {
          expectEqualAfterDecoupling(plannedNetwork(plan), plan.seed);
        }),
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it('does not change the model', () => {
    const model = mnistNetwork(1);
    randomize(model, 1);
    const before = model.getWeights().map((weight) => weight.dataSync());
    decouple(model);
    expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(before);
  });

  it('splits the batch norm and joins both branches behind one convolution', () => {
    const model = tf.sequential({
      layers: [
        new Int8Conv2D({ filters: 3, kernelSize: 1, inputShape: [4, 4, 1], name: 'conv1' }),
        tf.layers.batchNormalization({ name: 'norm' }),
        tf.layers.maxPooling2d({ poolSize: 2, name: 'pool' }),
        new TernaryActivation({ name: 'ternary', surrogate: 'steep' }),
        new BinaryConv2D({ filters: 2, kernelSize: 1, name: 'conv2' }),
        tf.layers.flatten({ name: 'flatten' }),
      ],
    });
    const decoupled = expectEqualAfterDecoupling(model, 1);
    expect(new Set(decoupled.layers.slice(1).map((layer) => layer.name))).toEqual(
      new Set([
        'conv1',
        ...['norm_first', 'pool_first', 'ternary_first', 'norm_second', 'pool_second', 'ternary_second'],
        ...['ternary_joined', 'conv2', 'flatten'],
      ]),
    );
    expect((decoupled.getLayer('ternary_first') as BinaryActivation).threshold).toBe(0.75);
    const second = decoupled.getLayer('ternary_second') as BinaryActivation;
    expect(second.threshold).toBe(0.25);
    expect(second.surrogate.name).toBe('steep');
    expect((decoupled.getLayer('conv2') as BinaryConv2D).inputCopies).toBe(2);
    expect(decoupled.getLayer('conv1').outboundNodes).toHaveLength(2);
  });

  it('keeps the layout [all first copies | all second copies] through concatenation', () => {
    const input = tf.input({ shape: [4, 4, 1] });
    const conv = new Int8Conv2D({ filters: 3, kernelSize: 1 }).apply(input) as tf.SymbolicTensor;
    const norm = tf.layers.batchNormalization().apply(conv) as tf.SymbolicTensor;
    const ternary = new TernaryActivation({}).apply(norm) as tf.SymbolicTensor;
    const pooled = tf.layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same' }).apply(ternary);
    const other = new TernaryActivation({}).apply(norm) as tf.SymbolicTensor;
    const binary = new BinaryActivation({}).apply(norm) as tf.SymbolicTensor;
    const joined = tf.layers.concatenate().apply([pooled as tf.SymbolicTensor, other, binary]);
    const second = new BinaryConv2D({ filters: 5, kernelSize: 3 }).apply(joined);
    const model = tf.model({ inputs: input, outputs: second as tf.SymbolicTensor });
    randomize(model, 3);
    const decoupled = expectEqualAfterDecoupling(model, 3);
    expect(decoupled.layers.filter((layer) => layer instanceof BinaryConv2D)[0].weights[0].shape).toEqual([
      3, 3, 18, 5,
    ]);
  });

  it('keeps layers in full precision', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', inputShape: [6, 6, 1] }),
        new TernaryActivation({}),
        tf.layers.conv2d({ filters: 2, kernelSize: 3 }),
        tf.layers.batchNormalization(),
        new TernaryActivation({}),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2 }),
      ],
    });
    randomize(model, 5);
    const x = image(model, 5);
    const expected = output(model, x);
    output(decouple(model), x).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 4);
    });
  });
});

describe('a network that cannot be decoupled', () => {
  const conv = () => new Int8Conv2D({ filters: 2, kernelSize: 1, inputShape: [4, 4, 1] });
  const ternary = () => new TernaryActivation({ name: 'ternary' });

  it.each([
    ['an average', [conv(), ternary(), tf.layers.averagePooling2d({ poolSize: 2, name: 'culprit' })]],
    ['a batch norm', [conv(), ternary(), tf.layers.batchNormalization({ name: 'culprit' })]],
    ['an output', [conv(), new TernaryActivation({ name: 'culprit' })]],
    ['another ternary activation', [conv(), ternary(), new TernaryActivation({ name: 'culprit' })]],
    [
      'a model',
      [
        conv(),
        ternary(),
        tf.sequential({ name: 'culprit', layers: [tf.layers.flatten({ inputShape: [4, 4, 2] })] }),
      ],
    ],
  ])('is rejected with its layer: %s', (_case, layers) => {
    const model = tf.sequential({ layers: layers as tf.layers.Layer[] });
    const error = thrown(() => decouple(model));
    expect(error).toBeInstanceOf(UnsupportedLayerError);
    expect(error).toMatchObject({ code: 'not-decouplable', layer: 'culprit' });
  });

  it('is rejected with a layer that is used twice', () => {
    const input = tf.input({ shape: [2] });
    const shared = new BinaryDense({ units: 2, name: 'shared' });
    const twice = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: twice });
    expect(thrown(() => decouple(model))).toMatchObject({ code: 'not-decouplable', layer: 'shared' });
  });
});
