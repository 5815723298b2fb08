import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { rejection, thrown } from '../../sdk/testing/throws.js';
import { type Account, account } from '../accounting/index.js';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import { exportModel } from '../export/index.js';
import * as tf from '../tensorflow/index.js';
import { loadModel, saveModel } from '../training/checkpoint.js';
import {
  createNetwork,
  NETWORK_NAMES,
  type NetworkOptions,
  networkSpec,
  parseNetworkSpec,
  VARIANTS,
} from './index.js';
import { SMALL } from './small.testing.js';

beforeAll(async () => {
  await selectBackend();
});

function costOf(name: string, options: NetworkOptions): Account {
  const network = createNetwork(name, 1, { ...options, initial: 'zeros' });
  const cost = account(network);
  network.dispose();
  return cost;
}

const shapes = (model: tf.LayersModel) =>
  model.layers.map((layer) => [layer.name, layer.outputShape, ...layer.weights.map(({ shape }) => shape)]);

describe("the paper's figures", () => {
  it.each([
    ['baseline', 1_575_616, 69.1],
    ['coupled', 789_782, 34.6],
    ['decoupled', 1_573_229, 67.9],
  ] as const)('VGG-7 %s: weights and MACs', (variant, weights, millionMacs) => {
    const cost = costOf('vgg7', { variant, weights: 'float' });
    expect(cost.weights).toBe(weights);
    expect(cost.floatMacs / 1e6).toBeCloseTo(millionMacs, 1);
    expect(costOf('vgg7', { variant }).weights).toBe(weights);
  });

  it.each([
    ['resnet18', 31],
    ['resnet18-sc', 31],
    ['alexnet', 14],
  ])('%s: decoupled, the binary MACs are those of the baseline and %i per cent', (name, percent) => {
    const baseline = costOf(name, { variant: 'baseline' });
    const decoupled = costOf(name, { variant: 'decoupled' });
    expect(Math.round(100 * (decoupled.binaryMacs / baseline.binaryMacs - 1))).toBe(percent);
    expect(decoupled.weightedCost).toBeLessThan(baseline.weightedCost);
    if (name !== 'alexnet') return;
    const binary = decoupled.layers.filter(({ weightBits }) => weightBits === 1);
    expect(binary.map(({ inputs }) => inputs[0].at(-1))).toEqual([176, 384, 512, 512, 384, 4800]);
  });
});

describe('every network', () => {
  it.each(NETWORK_NAMES.flatMap((name) => VARIANTS.map((variant) => [name, variant] as const)))(
    '%s %s: gives finite logits, and gradients reach every weight',
    (name, variant) => {
      tf.tidy(() => {
        const network = createNetwork(name, 1, { ...SMALL[name], variant, classCount: 7 });
        const images = tf.randomUniform([2, ...(SMALL[name].input as number[])], 0, 255);
        const { grads } = tf.variableGrads(() => {
          const logits = network.apply(images, { training: true }) as tf.Tensor;
          expect(logits.shape).toEqual([2, 7]);
          expect(logits.dataSync().every(Number.isFinite)).toBe(true);
          return tf.sum(tf.square(logits));
        });
        const variables = network.trainableWeights.map((weight) => (weight.read() as tf.Variable).name);
        expect(variables.filter((variable) => !(variable in grads))).toEqual([]);
        const first = grads[variables[0]].dataSync();
        expect(first.every(Number.isFinite) && first.some((value) => value !== 0)).toBe(true);
        network.dispose();
      });
    },
  );

  it.each(NETWORK_NAMES)('%s: the decoupled variant has the shape of a decoupled network', (name) => {
    const decoupled = createNetwork(name, 1, { ...SMALL[name], variant: 'decoupled' });
    const made = decouple(createNetwork(name, 2, SMALL[name]));
    expect(shapes(decoupled)).toEqual(shapes(made));
    expect(decoupled.getWeights()[0].dataSync()).not.toEqual(made.getWeights()[0].dataSync());
  });

  it('the two copies of a decoupled variant start from different weights', () => {
    const network = createNetwork('vgg7', 1, { ...SMALL.vgg7, variant: 'decoupled' });
    const [first, second] = tf
      .split(network.getLayer('conv2').getWeights()[0], 2, 2)
      .map((half) => half.dataSync());
    expect(first).not.toEqual(second);
  });

  it.each(NETWORK_NAMES)('%s: has a valid description with a name for every layer', (name) => {
    const spec = networkSpec(name);
    expect(parseNetworkSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
    expect(JSON.stringify(spec).match(/"kind"/g)?.length).toBe(
      (JSON.stringify(spec).match(/"name"/g)?.length ?? 0) - 1,
    );
  });

  it('is equal after it was saved and loaded', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bd-edge-network-'));
    try {
      const network = createNetwork('resnet18', 1, { ...SMALL.resnet18, variant: 'decoupled' });
      await saveModel(network, folder);
      const images = tf.randomUniform([2, ...(SMALL.resnet18.input as number[])], 0, 255);
      const logits = (model: tf.LayersModel) => (model.predict(images) as tf.Tensor).dataSync();
      expect(logits(await loadModel(folder))).toEqual(logits(network));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ['mnist', null],
    ['vgg7', null],
    ['alexnet', 'pad1'],
    ['resnet18', null],
    ['resnet18-sc', null],
  ])('%s: export rejects the layer %s', async (name, layer) => {
    const exported = exportModel(createNetwork(name, 1, SMALL[name]));
    if (layer) expect(await rejection(exported)).toMatchObject({ code: 'not-exportable', layer });
    else await expect(exported).resolves.toMatchObject({ bytes: expect.any(Uint8Array) });
  });

  it('follows the seed', () => {
    const weights = (seed: number) =>
      createNetwork('mnist', seed)
        .getWeights()
        .map((weight) => weight.dataSync());
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)).not.toEqual(weights(2));
  });
});

describe('createNetwork', () => {
  it('builds the coupled network with binary weights by default', () => {
    expect(createNetwork('mnist', 1).inputs[0].shape).toEqual([null, 28, 28, 1]);
    const kernels = (model: tf.LayersModel) =>
      model.layers.filter((layer) => 'quantizedKernel' in layer).map((layer) => layer.weights[0].shape);
    const network = createNetwork('mnist', 1);
    expect(kernels(network)).toEqual([
      [3, 3, 1, 16],
      [3, 3, 16, 23],
      [3, 3, 23, 32],
      [288, 10],
    ]);
    expect(kernels(decouple(network))).toEqual([
      [3, 3, 1, 16],
      [3, 3, 32, 23],
      [3, 3, 46, 32],
      [576, 10],
    ]);
  });

  it('multiplies widths, and chooses weights by layer', () => {
    const network = createNetwork('vgg7', 1, {
      width: 0.5,
      classCount: 3,
      weights: { conv1: 'float', dense6: 'int8' },
    });
    const classes = Object.fromEntries(network.layers.map((layer) => [layer.name, layer.getClassName()]));
    expect(classes).toMatchObject({ conv1: 'Conv2D', conv2: 'BinaryConv2D', dense6: 'Int8Dense' });
    expect(network.getLayer('conv5').outputShape).toEqual([null, 1, 1, 168]);
    expect(network.outputs[0].shape).toEqual([null, 3]);
  });

  it.each<[string, NetworkOptions, object]>([
    ['vgg', {}, { code: 'unknown-network', received: 'vgg', expected: NETWORK_NAMES }],
    ['vgg7', { width: 0 }, { code: 'invalid-width', received: 0 }],
    ['vgg7', { weights: { conv9: 'float' } }, { code: 'invalid-weights', received: ['conv9'] }],
    ['vgg7', { weights: { norm1: 'float' } }, { code: 'invalid-weights', received: ['norm1'] }],
    ['vgg7', { weights: 'int8' as never }, { code: 'invalid-weights', expected: ['binary', 'float'] }],
    ['vgg7', { variant: 'float' as never }, { code: 'unknown-variant', expected: VARIANTS }],
    ['alexnet', { input: [32, 32, 3] }, { code: 'invalid-network-spec' }],
  ])('rejects %s with %j', (name, options, fields) => {
    expect(thrown(() => createNetwork(name, 1, options))).toMatchObject(fields);
  });
});
