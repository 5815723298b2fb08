import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import {
  BinaryActivation,
  BinaryConv2D,
  BinaryDense,
  FixedPoint,
  FixedPointRelu,
  Int8Conv2D,
  Int8Dense,
  TernaryActivation,
} from '../layers/index.js';
import * as tf from '../tensorflow/index.js';
import { account } from './index.js';

beforeAll(async () => {
  await selectBackend();
});

const model = (...layers: tf.layers.Layer[]) => tf.sequential({ layers });
const first = () =>
  new Int8Conv2D({ filters: 4, kernelSize: 3, padding: 'same', inputShape: [6, 6, 2], name: 'first' });

describe('account', () => {
  it('counts weights by width, and work by the kind of product', () => {
    const { layers, ...together } = account(
      model(
        first(),
        tf.layers.batchNormalization(),
        new BinaryActivation({}),
        new BinaryConv2D({ filters: 3, kernelSize: 3, strides: 2 }),
        tf.layers.batchNormalization(),
        new BinaryActivation({}),
        tf.layers.flatten(),
        new Int8Dense({ units: 5 }),
      ),
    );
    expect(layers.filter(({ weights }) => weights > 0)).toMatchObject([
      {
        weights: 72,
        weightBits: 8,
        weightBytes: 72,
        floatMacs: 72 * 36,
        notBinary: 'int8 weights, pixels in',
      },
      { weights: 108, weightBits: 1, weightBytes: 14, binaryMacs: 108 * 4, floatMacs: 0, notBinary: null },
      {
        weights: 60,
        weightBits: 8,
        parameters: 5,
        parameterBytes: 20,
        floatMacs: 60,
        notBinary: 'int8 weights',
      },
    ]);
    expect(layers[1]).toMatchObject({
      inputs: [[6, 6, 4]],
      output: [6, 6, 4],
      parameters: 16,
      notBinary: null,
    });
    expect(together).toEqual({
      weights: 72 + 108 + 60,
      floatMacs: 72 * 36 + 60,
      binaryMacs: 432,
      weightedCost: 72 * 36 + 60 + 432 / 64,
    });
  });

  it('counts a ternary activation as two bits, so that decoupling keeps the binary MACs', () => {
    const coupled = model(
      first(),
      new TernaryActivation({}),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      new BinaryConv2D({ filters: 3, kernelSize: 2 }),
    );
    expect(account(coupled).binaryMacs).toBe(2 * 48 * 4);
    expect(account(decouple(coupled)).binaryMacs).toBe(2 * 48 * 4);
    expect(account(decouple(coupled)).weights).toBe(72 + 96);
  });

  it('gives the reason why a layer is not binary', () => {
    const input = tf.input({ shape: [4, 4, 3] });
    const apply = (layer: tf.layers.Layer, ...tensors: tf.SymbolicTensor[]) =>
      layer.apply(tensors.length === 1 ? tensors[0] : tensors) as tf.SymbolicTensor;
    const stem = apply(tf.layers.conv2d({ filters: 2, kernelSize: 1, useBias: false, name: 'stem' }), input);
    const stream = apply(tf.layers.reLU({ name: 'relu' }), stem);
    const bits = apply(new BinaryActivation({ name: 'bits' }), stream);
    const conv = apply(new BinaryConv2D({ filters: 2, kernelSize: 1, name: 'binary' }), bits);
    const sum = apply(tf.layers.add({ name: 'add' }), conv, stream);
    const flat = apply(tf.layers.flatten({ name: 'flatten' }), sum);
    const signs = apply(new BinaryDense({ units: 2, name: 'signs' }), flat);
    const { layers } = account(tf.model({ inputs: input, outputs: signs }));
    expect(Object.fromEntries(layers.map(({ name, notBinary }) => [name, notBinary]))).toEqual({
      stem: 'float32 weights, pixels in',
      relu: 'full precision',
      bits: null,
      binary: null,
      add: 'full precision',
      flatten: 'full precision',
      signs: 'full precision in',
    });
  });

  it('distinguishes fixed-point numbers from full precision', () => {
    const { layers } = account(
      model(
        first(),
        tf.layers.batchNormalization(),
        new FixedPoint({}),
        new Int8Conv2D({ filters: 2, kernelSize: 1 }),
        new FixedPointRelu({}),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.averagePooling2d({ poolSize: 2 }),
      ),
    );
    expect(layers.map(({ notBinary }) => notBinary)).toEqual([
      'int8 weights, pixels in',
      null,
      'fixed point',
      'int8 weights, fixed point in',
      'fixed point',
      'fixed point',
      'full precision',
    ]);
  });

  it('includes models inside of the model, and counts shared weights once', () => {
    const inner = tf.sequential({
      layers: [new BinaryDense({ units: 8, inputShape: [8], name: 'shared' }), new BinaryActivation({})],
    });
    const input = tf.input({ shape: [8] });
    const bits = new BinaryActivation({}).apply(input);
    const { layers, weights, binaryMacs } = account(
      tf.model({ inputs: input, outputs: inner.apply(inner.apply(bits)) as tf.SymbolicTensor }),
    );
    expect(layers.map(({ type }) => type)).toEqual(['BinaryActivation', 'BinaryDense', 'BinaryActivation']);
    expect([weights, binaryMacs]).toEqual([64, 128]);
  });

  it('rejects unknown shapes', () => {
    expect(codeOf(() => account(tf.sequential()))).toBe('unknown-shape');
    const open = tf.input({ shape: [null, 4, 1] });
    const pooled = tf.layers.maxPooling2d({ poolSize: 2 }).apply(open) as tf.SymbolicTensor;
    expect(codeOf(() => account(tf.model({ inputs: open, outputs: pooled })))).toBe('unknown-shape');
  });
});
