import { argmax, referenceLogits } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import { TrainingError, UnsupportedLayerError } from '../errors.js';
import {
  BinaryActivation,
  BinaryConv2D,
  FixedPoint,
  FixedPointRelu,
  Int8Conv2D,
  Int8Dense,
  TernaryActivation,
} from '../layers/index.js';
import { buildNetwork, type LayerSpec } from '../networks/index.js';
import * as tf from '../tensorflow/index.js';
import { evaluateInFloat64 } from '../testing/float64-graph.js';
import { networkPlans, plannedNetwork, randomize, smallPixels } from '../testing/random-model.js';
import { predict } from '../training/evaluate.js';
import { measureAgreement } from './agreement.js';
import { exportModel } from './export-model.js';
import { lower } from './lower.js';

beforeAll(async () => {
  await selectBackend();
});

describe('exportModel', () => {
  test('gives the integers of the training graph in float64, coupled and decoupled', async () => {
    await fc.assert(
      fc.asyncProperty(networkPlans, async (plan) => {
        const coupled = plannedNetwork(plan);
        const image = smallPixels(coupled, 1, plan.seed);
        for (const network of [coupled, decouple(coupled)]) {
          const { model } = await exportModel(network);
          const logits = Array.from(referenceLogits(model, image), (integer) => integer * model.outputScale);
          const expected = evaluateInFloat64(network, image);
          logits.forEach((logit, i) => {
            expect(logit).toBeCloseTo(expected[i], 5);
          });
          network.dispose();
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test('exports a coupled network and its decoupled form to the same function', async () => {
    await fc.assert(
      fc.asyncProperty(networkPlans, async (plan) => {
        const coupled = plannedNetwork(plan);
        const [before, after] = [await exportModel(coupled), await exportModel(decouple(coupled))];
        const image = smallPixels(coupled, 1, plan.seed);
        expect(referenceLogits(after.model, image)).toEqual(referenceLogits(before.model, image));
        expect(after.model.outputScale).toBe(before.model.outputScale);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

describe('the agreement report', () => {
  const plan = {
    channels: 1,
    blocks: [
      { filters: 5, kernelSize: 3, strides: 1, padding: 'same', int8: true, norm: true, pool: 'before norm' },
      {
        filters: 4,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        int8: false,
        norm: true,
        pool: 'after activation',
      },
    ],
    hidden: 6,
    fixedPoint: 5,
    seed: 3,
  } as const;

  test('counts activations and classes of coupled and decoupled networks', async () => {
    const coupled = plannedNetwork({ ...plan, blocks: [...plan.blocks] });
    for (const [network, copies] of [
      [coupled, 1],
      [decouple(coupled), 2],
    ] as const) {
      const validation = { images: smallPixels(network, 150, 1), count: 150 };
      const { agreement } = await exportModel(network, { validation });
      expect(agreement).toEqual({
        images: 150,
        activations: 150 * copies * (16 * 15 * 5 + 8 * 8 * 4 + 6) + 150 * 5,
        activationsDiffering: 0,
        classesDiffering: 0,
      });
    }
  });

  test('detects that the graph has changed since the export', async () => {
    const network = plannedNetwork({ ...plan, blocks: [...plan.blocks] });
    const lowered = lower(network);
    const { bytes } = await exportModel(network);
    const norm = network.layers.find(
      (layer) => layer.getClassName() === 'BatchNormalization',
    ) as tf.layers.Layer;
    norm.setWeights(norm.getWeights().map((weight, i) => (i === 1 ? weight.add(0.3) : weight)));
    const agreement = await measureAgreement(network, lowered, bytes, {
      images: smallPixels(network, 20, 1),
      count: 20,
    });
    expect(agreement.activationsDiffering).toBeGreaterThan(0);
  });

  test('counts the images whose class differs', async () => {
    const network = plannedNetwork({ ...plan, blocks: [...plan.blocks] });
    const lowered = lower(network);
    const { bytes, model } = await exportModel(network);
    const last = network.layers.at(-1) as tf.layers.Layer;
    const [kernel, bias] = last.getWeights();
    last.setWeights([kernel, tf.add(bias, [0, 0, 1.2, 0])]);
    const count = 60;
    const images = smallPixels(network, count, 1);
    const agreement = await measureAgreement(network, lowered, bytes, { images, count });
    const size = images.length / count;
    const labels = await predict(network, {
      ...{ images, labels: new Uint8Array(count), count, height: 16, width: 15, channels: 1 },
    });
    const differing = labels.filter(
      (label, i) => label !== argmax(referenceLogits(model, images.subarray(i * size, (i + 1) * size))),
    ).length;
    expect(differing).toBeGreaterThan(0);
    expect(differing).toBeLessThan(count);
    expect(agreement).toMatchObject({ activationsDiffering: 0, classesDiffering: differing });
  });
});

describe('a max-pool behind a convolution', () => {
  const convolution: LayerSpec = { kind: 'int8-conv', filters: 4, kernel: 3, padding: 'same' };
  const norm: LayerSpec = { kind: 'norm' };
  const pool = (size: number, stride = size): LayerSpec => ({ kind: 'max-pool', size, stride });
  const ternary: LayerSpec = { kind: 'ternary' };
  const fixed: LayerSpec = { kind: 'fixed-point' };
  const both = [
    ['coupled', (network: tf.LayersModel) => network],
    ['decoupled', decouple],
  ] as const;

  test.each<[string, LayerSpec[], string[], number]>([
    ['before a batch norm', [convolution, pool(2), norm, ternary], ['int8-convolution 2x2'], 3 * 3 * 4],
    ['behind bits', [convolution, norm, ternary, pool(3)], ['int8-convolution 3x3'], 2 * 2 * 4],
    [
      'behind a stream',
      [convolution, norm, fixed, pool(2), norm, ternary],
      ['int8-convolution 2x2', 'sum-pool'],
      2 * 3 * 3 * 4,
    ],
    [
      'but not two of them',
      [convolution, norm, fixed, pool(2), pool(2), norm, ternary],
      ['int8-convolution 2x2', 'max-pool', 'sum-pool'],
      (3 * 3 + 1) * 4,
    ],
    [
      'nor one whose windows overlap',
      [convolution, norm, fixed, pool(3, 1), norm, ternary],
      ['int8-convolution', 'max-pool', 'sum-pool'],
      (6 * 6 + 4 * 4) * 4,
    ],
  ])('becomes a part of it: %s', async (_, layers, kinds, activations) => {
    const rest: LayerSpec[] = [{ kind: 'flatten' }, { kind: 'int8-dense', units: 3 }];
    const network = buildNetwork({ input: [6, 6, 1], layers: [...layers, ...rest] }, 1);
    randomize(network, 1);
    const validation = { images: smallPixels(network, 50, 1), count: 50 };
    for (const [name, change] of both) {
      const { model, agreement } = await exportModel(change(network), { validation });
      const ops = model.ops.map((op) => {
        const { height, width } = ('pool' in op && op.pool) || { height: 1, width: 1 };
        return height * width === 1 ? op.kind : `${op.kind} ${height}x${width}`;
      });
      expect(ops).toEqual([...kinds, 'int8-convolution']);
      expect(agreement).toMatchObject({ images: 50, activationsDiffering: 0, classesDiffering: 0 });
      if (name === 'coupled') expect(agreement?.activations).toBe(50 * activations);
    }
  });
});

test('a residual sum takes the place of its stream', async () => {
  const layers: LayerSpec[] = [
    { kind: 'int8-conv', filters: 32, kernel: 3, padding: 'same' },
    { kind: 'norm' },
    { kind: 'fixed-point' },
    {
      kind: 'residual',
      layers: [{ kind: 'ternary' }, { kind: 'binary-conv', filters: 32, kernel: 3, padding: 'same' }],
    },
    { kind: 'norm' },
    { kind: 'ternary' },
    { kind: 'flatten' },
    { kind: 'int8-dense', units: 2 },
  ];
  const { model } = await exportModel(buildNetwork({ input: [8, 8, 1], layers }, 1));
  const sum = model.ops.findIndex(
    (op) => 'epilogue' in op && op.epilogue.kind === 'fixed-point' && op.epilogue.addend,
  );
  expect(model.tensors[sum + 1].offset).toBe(model.tensors[sum - 1].offset);
  // The stream of int16, and the two planes of its activation.
  expect(model.arenaBytes).toBe(8 * 8 * (32 * 2 + 2 * 4));
});

test('the densities of the validation images are metadata', async () => {
  const layers: LayerSpec[] = [
    { kind: 'int8-conv', filters: 4, kernel: 3 },
    { kind: 'norm' },
    { kind: 'ternary' },
    { kind: 'flatten' },
    { kind: 'int8-dense', units: 3 },
  ];
  const network = buildNetwork({ input: [6, 6, 1], layers }, 1);
  randomize(network, 1);
  const validation = { images: smallPixels(network, 50, 1), count: 50 };
  const { model } = await exportModel(network, { validation, metadata: { name: 'a name' } });
  expect(model.metadata).toEqual({ name: 'a name', densities: [1, expect.any(Number)] });
  expect(model.metadata?.densities?.[1]).toBeGreaterThan(0);
  expect(model.metadata?.densities?.[1]).toBeLessThan(1);
  expect((await exportModel(network)).model.metadata).toBeUndefined();
});

describe('a steep channel', () => {
  /** Channel 0 of the batch norm as a training leaves it where the sums of a channel never change. */
  const network = (activation: tf.layers.Layer) => {
    const model = tf.sequential();
    model.add(new Int8Conv2D({ filters: 4, kernelSize: 3, inputShape: [8, 8, 1], seed: 1 }));
    model.add(tf.layers.batchNormalization({ name: 'norm' }));
    model.add(activation);
    model.add(tf.layers.flatten());
    model.add(new Int8Dense({ units: 2, inputStep: 1 / 16, useBias: false, seed: 2 }));
    model.getLayer('norm').setWeights([
      tf.tensor1d([8518, 1, -0.7, 1.3]),
      tf.tensor1d([0.1, 0.2, 0.9, 0.3]),
      tf.tensor1d([3, 10, -20, 5]), //
      tf.tensor1d([0, 4000, 7000, 5000]),
    ]);
    return model;
  };
  const validation = (model: tf.LayersModel) => ({ images: smallPixels(model, 60, 3), count: 60 });

  test('keeps the others as they are in the graph', async () => {
    const model = network(new FixedPointRelu({ step: 1 / 16 }));
    const { agreement } = await exportModel(model, { validation: validation(model) });
    expect(agreement).toMatchObject({ activations: 60 * 6 * 6 * 4, activationsDiffering: 0 });
  });

  test('is reported if it costs the others their precision', async () => {
    const { warnings } = await exportModel(network(new FixedPoint({ step: 1 / 16, name: 'stream' })));
    expect(warnings).toMatchObject([{ code: 'steep-channel', layer: 'stream', channel: 0 }]);
  });
});

describe('a network that cannot be exported', () => {
  const first = () => new Int8Conv2D({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1], name: 'first' });
  const refusal = (...layers: tf.layers.Layer[]) =>
    rejection(exportModel(tf.sequential({ layers: [first(), ...layers] })));

  test('is rejected with the name and class of the layer', async () => {
    const error = await refusal(tf.layers.activation({ activation: 'relu', name: 'relu_7' }));
    expect(error).toBeInstanceOf(UnsupportedLayerError);
    expect(error).toMatchObject({ code: 'not-exportable', layer: 'relu_7', className: 'Activation' });
  });

  test.each<[string, () => tf.layers.Layer[]]>([
    [
      'two batch norms in a row',
      () => [tf.layers.batchNormalization(), tf.layers.batchNormalization({ name: 'culprit' })],
    ],
    [
      'an end without logits',
      () => [
        tf.layers.batchNormalization(),
        new TernaryActivation({}),
        tf.layers.flatten({ name: 'culprit' }),
      ],
    ],
    ['sums that a layer reads', () => [new Int8Conv2D({ filters: 1, kernelSize: 1, name: 'culprit' })]],
    ['a float layer', () => [tf.layers.flatten(), tf.layers.dense({ units: 2, name: 'culprit' })]],
  ])('%s', async (_name, layers) => {
    expect(await refusal(...layers())).toMatchObject({ code: 'not-exportable', layer: 'culprit' });
  });

  describe.each([256, 300])('with a kernel of %i rows', (rows) => {
    const flatten = () => tf.layers.flatten();
    const fixed = () => new FixedPointRelu({ step: 1 });
    const pooled = { poolSize: [rows, 1] as [number, number], name: 'culprit' };
    test.each<[string, () => tf.layers.Layer[]]>([
      [
        'a dense layer',
        () => [new TernaryActivation({}), flatten(), new Int8Dense({ units: 2, name: 'culprit' })],
      ],
      ['a global average', () => [fixed(), tf.layers.globalAveragePooling2d({ name: 'culprit' }), fixed()]],
      ['an average', () => [fixed(), tf.layers.averagePooling2d(pooled), fixed(), flatten()]],
      ['a maximum of numbers', () => [fixed(), tf.layers.maxPooling2d(pooled), flatten()]],
      ['a maximum of sums', () => [tf.layers.maxPooling2d(pooled), new TernaryActivation({}), flatten()]],
    ])('%s over all of them', async (_what, layers) => {
      const model = tf.sequential();
      model.add(new Int8Conv2D({ filters: 2, kernelSize: 1, inputShape: [rows, 2, 1] }));
      for (const layer of [...layers(), new Int8Dense({ units: 2 })]) model.add(layer);
      expect(await rejection(exportModel(model))).toMatchObject({ code: 'not-exportable', layer: 'culprit' });
    });
  });

  const conv: LayerSpec = { kind: 'int8-conv', filters: 2, kernel: 3 };
  const ternary: LayerSpec = { kind: 'ternary' };
  const norm: LayerSpec = { kind: 'norm' };
  const flatten: LayerSpec = { kind: 'flatten' };
  const network = (...layers: LayerSpec[]) => {
    const model = buildNetwork(
      { input: [6, 6, 1], layers: [...layers, { kind: 'int8-dense', units: 2 }] },
      1,
    );
    randomize(model, 1);
    return model;
  };
  /** Two pools of the given sizes in the two branches of a decoupled network. */
  const pooledBranches = (sizes: [number, number]) => {
    const input = tf.input({ shape: [6, 6, 1] });
    const sums = first().apply(input) as tf.SymbolicTensor;
    const branches = sizes.map((poolSize, i) => {
      const name = i === 0 ? 'culprit' : 'twin';
      const pool = tf.layers.maxPooling2d({ poolSize, strides: 1, padding: 'same', name });
      return new BinaryActivation({ threshold: 0.75 - i / 2 }).apply(pool.apply(sums)) as tf.SymbolicTensor;
    });
    const joined = tf.layers.flatten().apply(tf.layers.concatenate().apply(branches));
    const outputs = new Int8Dense({ units: 2 }).apply(joined) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs });
  };
  const dense = (useBias: boolean): LayerSpec => ({
    kind: 'int8-dense',
    name: 'dense',
    units: 3,
    bias: useBias,
  });
  /** A last layer with the largest weights on 16-bit inputs. */
  const heavy = (inputs: number) => {
    const model = tf.sequential();
    model.add(new Int8Conv2D({ filters: inputs, kernelSize: 1, inputShape: [1, 1, 1] }));
    model.add(new FixedPoint({ step: 1 }));
    model.add(tf.layers.flatten());
    model.add(new Int8Dense({ units: 2, name: 'culprit', useBias: false }));
    model.layers[3].setWeights([tf.ones([inputs, 2])]);
    return model;
  };

  test.each<[string, () => tf.LayersModel, () => tf.LayersModel]>([
    [
      'a branch whose layer differs from its twin',
      () => pooledBranches([2, 3]),
      () => pooledBranches([2, 2]),
    ],
    [
      'two branches that are flattened separately',
      () => decouple(network(conv, norm, { ...flatten, name: 'culprit' }, ternary)),
      () => network(conv, norm, { ...flatten, name: 'culprit' }, ternary),
    ],
    [
      'a bias before fixed-point numbers',
      () => network(flatten, dense(true), { kind: 'fixed-point-relu', name: 'culprit' }),
      () => network(flatten, dense(false), { kind: 'fixed-point-relu', name: 'culprit' }),
    ],
    [
      'a bias before a threshold',
      () => network(flatten, dense(true), { kind: 'ternary', name: 'culprit' }),
      () => network(flatten, dense(false), { kind: 'ternary', name: 'culprit' }),
    ],
    ['sums that could exceed 32 bits', () => heavy(259), () => heavy(258)],
  ])('%s', async (_what, rejected, accepted) => {
    const error = await rejection(exportModel(rejected()));
    expect(error).toMatchObject({ code: 'not-exportable', layer: expect.stringMatching(/^culprit/) });
    await exportModel(accepted());
  });

  describe.each([Number.NaN, Number.POSITIVE_INFINITY])('with a weight of %d', (value) => {
    test.each<[string, string, number]>([
      ['first', 'kernel', 0],
      ['norm', 'gamma', 0],
      ['norm', 'beta', 1],
      ['norm', 'mean', 2],
      ['norm', 'variance', 3],
      ['hidden', 'kernel', 0],
      ['last', 'kernel', 0],
      ['last', 'bias', 1],
    ])('%s: its %s', async (name, _what, index) => {
      const model = tf.sequential({
        layers: [
          first(),
          tf.layers.batchNormalization({ name: 'norm' }),
          new TernaryActivation({}),
          new BinaryConv2D({ filters: 2, kernelSize: 3, name: 'hidden' }),
          new TernaryActivation({}),
          tf.layers.flatten(),
          new Int8Dense({ units: 2, inputStep: 0.5, name: 'last' }),
        ],
      });
      await exportModel(model);
      const layer = model.getLayer(name);
      const weights = layer.getWeights();
      const odd = weights[index].dataSync().slice();
      odd[1] = value;
      layer.setWeights(weights.map((weight, i) => (i === index ? tf.tensor(odd, weight.shape) : weight)));
      const error = await rejection(exportModel(model));
      expect(error).toBeInstanceOf(TrainingError);
      expect(error).toMatchObject({ code: 'not-finite', layer: name });
    });
  });

  test('a bias whose step is finer than that of the inputs', async () => {
    const layers = [tf.layers.batchNormalization(), new TernaryActivation({}), tf.layers.flatten()];
    const last = new Int8Dense({ units: 2, inputStep: 0.125, name: 'last' });
    const model = tf.sequential({ layers: [first(), ...layers, last] });
    last.setWeights([tf.ones([32, 2]), tf.tensor1d([0.001, 0])]); // 1 step of 1/127 * 0.125
    expect(await rejection(exportModel(model))).toMatchObject({ code: 'not-exportable', layer: 'last' });
  });
});
