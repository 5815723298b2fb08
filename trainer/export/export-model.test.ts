import { argmax, referenceLogits } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
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
import { UnsupportedLayerError } from './errors.js';
import { exportModel } from './export-model.js';
import { NotFiniteError } from './fold.js';
import { lower } from './lower.js';

beforeAll(async () => {
  await selectBackend();
});

describe('the exported integers against the training graph in float64', () => {
  test('equal for any network, coupled and decoupled', async () => {
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

  test('a coupled network and its decoupled one export to the same function', async () => {
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

  test('counts activations and labels, for coupled and decoupled networks', async () => {
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
        labelsDiffering: 0,
      });
    }
  });

  test('sees a graph that has moved on since the export', async () => {
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

  test('counts the images whose label is another', async () => {
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
    expect(agreement).toMatchObject({ activationsDiffering: 0, labelsDiffering: differing });
  });
});

describe('a network that has no integer form', () => {
  const first = () => new Int8Conv2D({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1], name: 'first' });
  const refused = (...layers: tf.layers.Layer[]) =>
    expect(exportModel(tf.sequential({ layers: [first(), ...layers] }))).rejects;

  test('is refused with the name of the layer and what is supported', async () => {
    const relu = tf.layers.activation({ activation: 'relu', name: 'relu_7' });
    await refused(relu).toThrow(UnsupportedLayerError);
    await refused(tf.layers.activation({ activation: 'relu', name: 'relu_8' })).toThrow(
      /Layer "relu_8" \(Activation\) cannot be exported: supported are Int8Conv2D/,
    );
  });

  test('two batch norms in a row, a float layer, an end without logits', async () => {
    const norm = () => tf.layers.batchNormalization();
    await refused(norm(), norm()).toThrow('a batch norm must follow a convolution');
    await refused(norm(), new TernaryActivation({}), tf.layers.flatten()).toThrow('must end in logits');
    await refused(new Int8Conv2D({ filters: 1, kernelSize: 1 })).toThrow(
      'must be the image or the output of an activation',
    );
    await refused(tf.layers.flatten(), tf.layers.dense({ units: 2 })).toThrow('(Dense) cannot be exported');
  });

  describe.each([256, 300])('of %i rows', (rows) => {
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
      const exported = exportModel(model);
      await expect(exported).rejects.toThrow('Layer "culprit"');
      await expect(exported).rejects.toThrow(`its kernel of ${rows} x`);
    });
  });

  const conv: LayerSpec = { kind: 'int8-conv', filters: 2, kernel: 3 };
  const ternary: LayerSpec = { kind: 'ternary' };
  const norm: LayerSpec = { kind: 'norm' };
  const flatten: LayerSpec = { kind: 'flatten' };
  const recipe = (...layers: LayerSpec[]) => {
    const model = buildNetwork(
      { input: [6, 6, 1], layers: [...layers, { kind: 'int8-dense', units: 2 }] },
      1,
    );
    randomize(model, 1);
    return model;
  };
  /** Two pools, of the sizes given, in the two branches of a decoupled network. */
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
  /** A last layer with the largest weights on `inputs` numbers of 16 bits. */
  const heavy = (inputs: number) => {
    const model = tf.sequential();
    model.add(new Int8Conv2D({ filters: inputs, kernelSize: 1, inputShape: [1, 1, 1] }));
    model.add(new FixedPoint({ step: 1 }));
    model.add(tf.layers.flatten());
    model.add(new Int8Dense({ units: 2, name: 'culprit', useBias: false }));
    model.layers[3].setWeights([tf.ones([inputs, 2])]);
    return model;
  };

  test.each<[string, () => tf.LayersModel, string, () => tf.LayersModel]>([
    [
      'a branch that does other things than its twin',
      () => pooledBranches([2, 3]),
      'it does not do the same as "twin" in the other branch',
      () => pooledBranches([2, 2]),
    ],
    [
      'two branches that are flattened apart',
      () => decouple(recipe(conv, norm, { ...flatten, name: 'culprit' }, ternary)),
      'join the two branches before it',
      () => recipe(conv, norm, { ...flatten, name: 'culprit' }, ternary),
    ],
    [
      'a bias before fixed-point numbers',
      () => recipe(flatten, dense(true), { kind: 'fixed-point-relu', name: 'culprit' }),
      'the layer before it has a bias',
      () => recipe(flatten, dense(false), { kind: 'fixed-point-relu', name: 'culprit' }),
    ],
    [
      'a bias before a threshold',
      () => recipe(flatten, dense(true), { kind: 'ternary', name: 'culprit' }),
      'the layer before it has a bias',
      () => recipe(flatten, dense(false), { kind: 'ternary', name: 'culprit' }),
    ],
    [
      'sums that a number of 32 bits may not hold',
      () => heavy(259),
      'its sums could pass 2^30',
      () => heavy(258),
    ],
  ])('%s is refused by name', async (_what, refused, reason, accepted) => {
    const exported = exportModel(refused());
    await expect(exported).rejects.toThrow(UnsupportedLayerError);
    await expect(exported).rejects.toThrow(/^Layer "culprit/);
    await expect(exported).rejects.toThrow(reason);
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
      const exported = exportModel(model);
      await expect(exported).rejects.toThrow(NotFiniteError);
      await expect(exported).rejects.toThrow(`of layer "${name}" is not a finite number`);
    });
  });

  test('a bias whose step the inputs do not have', async () => {
    const layers = [tf.layers.batchNormalization(), new TernaryActivation({}), tf.layers.flatten()];
    const last = new Int8Dense({ units: 2, inputStep: 0.125, name: 'last' });
    const model = tf.sequential({ layers: [first(), ...layers, last] });
    last.setWeights([tf.ones([32, 2]), tf.tensor1d([0.001, 0])]); // 1 step of 1/127 * 0.125
    await expect(exportModel(model)).rejects.toThrow('inputStep of 0.125 does not fit');
  });
});
