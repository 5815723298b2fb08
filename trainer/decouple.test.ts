import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from './backend/index.js';
import { decouple, UndecouplableLayerError } from './decouple.js';
import {
  BinaryActivation,
  BinaryConv2D,
  BinaryDense,
  Int8Conv2D,
  Int8Dense,
  TernaryActivation,
} from './layers/index.js';
import { mnistNetwork } from './networks/index.js';
import { Random } from './random.js';

beforeAll(async () => {
  await selectBackend();
});

/** Normal-ish weights everywhere; batch norms with gammas of both signs and 0, and statistics in their input's range. */
function randomise(model: tf.LayersModel, seed: number): void {
  const random = new Random(seed);
  const noise = () => random.next() + random.next() + random.next() - 1.5;
  for (const layer of model.layers) {
    const isNorm = layer.getClassName() === 'BatchNormalization';
    const weights = layer.weights.map((weight) => {
      const size = weight.shape.reduce<number>((product, length) => product * (length as number), 1);
      const values = Float32Array.from({ length: size }, () => {
        if (isNorm && weight.originalName.endsWith('moving_variance')) return 0.05 + random.next();
        if (isNorm && weight.originalName.endsWith('gamma') && random.below(8) === 0) return 0;
        return noise();
      });
      return tf.tensor(values, weight.shape as number[]);
    });
    layer.setWeights(weights);
  }
}

/** Raw pixels would drown the batch norms' random statistics; small integers keep the activations varied. */
function image(model: tf.LayersModel, seed: number): tf.Tensor {
  const random = new Random(seed);
  const shape = [5, ...(model.inputs[0].shape.slice(1) as number[])];
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.below(4)),
    shape,
  );
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

type Pool = 'none' | 'before norm' | 'after norm' | 'after activation';
interface Block {
  filters: number;
  kernelSize: number;
  strides: number;
  padding: 'same' | 'valid';
  int8: boolean;
  norm: boolean;
  pool: Pool;
}

const block: fc.Arbitrary<Block> = fc.record({
  filters: fc.integer({ min: 1, max: 7 }),
  kernelSize: fc.integer({ min: 1, max: 3 }),
  strides: fc.integer({ min: 1, max: 2 }),
  padding: fc.constantFrom('same', 'valid'),
  int8: fc.boolean(),
  norm: fc.boolean(),
  pool: fc.constantFrom<Pool>('none', 'before norm', 'after norm', 'after activation'),
});

function activationLayers({ norm, pool }: Block): tf.layers.Layer[] {
  const poolLayer = () => tf.layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same' });
  return [
    ...(pool === 'before norm' ? [poolLayer()] : []),
    ...(norm ? [tf.layers.batchNormalization()] : []),
    ...(pool === 'after norm' ? [poolLayer()] : []),
    new TernaryActivation({}),
    ...(pool === 'after activation' ? [poolLayer()] : []),
  ];
}

describe('decouple', () => {
  it('changes no bit of any output, whatever the network', () => {
    const network = fc.record({
      channels: fc.integer({ min: 1, max: 3 }),
      blocks: fc.array(block, { minLength: 1, maxLength: 3 }),
      hidden: fc.option(fc.integer({ min: 1, max: 9 })),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(network, ({ channels, blocks, hidden, seed }) =>
        tf.tidy(() => {
          const model = tf.sequential();
          blocks.forEach((settings, i) => {
            const { int8, norm, pool, ...conv } = settings;
            const args = { ...conv, ...(i === 0 ? { inputShape: [16, 15, channels] } : {}) };
            model.add(int8 ? new Int8Conv2D(args) : new BinaryConv2D(args));
            for (const layer of activationLayers(settings)) model.add(layer);
          });
          model.add(tf.layers.flatten());
          if (hidden) {
            model.add(new BinaryDense({ units: hidden }));
            model.add(tf.layers.batchNormalization());
            model.add(new TernaryActivation({}));
            model.add(tf.layers.dropout({ rate: 0.5 }));
          }
          model.add(new Int8Dense({ units: 4, inputStep: 0.5 }));
          randomise(model, seed);
          expectEqualAfterDecoupling(model, seed);
        }),
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it('leaves the model as it was', () => {
    const model = mnistNetwork(1);
    randomise(model, 1);
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
    randomise(model, 3);
    const decoupled = expectEqualAfterDecoupling(model, 3);
    expect(decoupled.layers.filter((layer) => layer instanceof BinaryConv2D)[0].weights[0].shape).toEqual([
      3, 3, 18, 5,
    ]);
  });

  it('takes layers in full precision along', () => {
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
    randomise(model, 5);
    const x = image(model, 5);
    const expected = output(model, x);
    output(decouple(model), x).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 4);
    });
  });
});

describe('what cannot be decoupled', () => {
  const conv = () => new Int8Conv2D({ filters: 2, kernelSize: 1, inputShape: [4, 4, 1] });
  const ternary = () => new TernaryActivation({ name: 'ternary' });

  it.each([
    ['an average', [conv(), ternary(), tf.layers.averagePooling2d({ poolSize: 2, name: 'culprit' })]],
    ['a batch norm', [conv(), ternary(), tf.layers.batchNormalization({ name: 'culprit' })]],
    ['an output', [conv(), new TernaryActivation({ name: 'culprit' })]],
    ['an activation of its own kind', [conv(), ternary(), new TernaryActivation({ name: 'culprit' })]],
    [
      'a model',
      [
        conv(),
        ternary(),
        tf.sequential({ name: 'culprit', layers: [tf.layers.flatten({ inputShape: [4, 4, 2] })] }),
      ],
    ],
  ])('is named: %s', (_case, layers) => {
    const model = tf.sequential({ layers: layers as tf.layers.Layer[] });
    expect(() => decouple(model)).toThrow(UndecouplableLayerError);
    expect(() => decouple(model)).toThrow(/"culprit" \(\w+\)/);
  });

  it('is named: a layer that is used twice', () => {
    const input = tf.input({ shape: [2] });
    const shared = new BinaryDense({ units: 2, name: 'shared' });
    const twice = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
    expect(() => decouple(tf.model({ inputs: input, outputs: twice }))).toThrow(
      /"shared" .* used more than once/,
    );
  });
});
