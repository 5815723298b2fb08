import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import {
  BinaryActivation,
  BinaryConv2D,
  BinaryDense,
  FixedPoint,
  FixedPointRelu,
  Int8Conv2D,
  Int8Dense,
  QuantizedActivation,
  type QuantizedLayer,
  TernaryActivation,
} from './index.js';

beforeAll(async () => {
  await selectBackend();
});

/** One of every layer. */
function everyLayer(): tf.LayersModel {
  return tf.sequential({
    layers: [
      new Int8Conv2D({
        filters: 3,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        seed: 1,
        inputShape: [9, 7, 2],
      }),
      tf.layers.batchNormalization(),
      new FixedPoint({ step: 1 / 4 }),
      new TernaryActivation({}),
      new BinaryConv2D({ filters: 4, kernelSize: [3, 2], strides: [1, 2], seed: 2, clipLatents: true }),
      tf.layers.batchNormalization(),
      new BinaryActivation({ threshold: 0.25, surrogate: 'steep' }),
      tf.layers.flatten(),
      new BinaryDense({ units: 8, seed: 3 }),
      new FixedPointRelu({ step: 1 / 8 }),
      new QuantizedActivation({ bits: 2, surrogate: 'polynomial' }),
      new Int8Dense({ units: 3, seed: 4, inputStep: 0.5 }),
    ],
  });
}

const pixels = () => tf.floor(tf.randomUniform([2, 9, 7, 2], 0, 256, 'float32', 5));

describe('all layers', () => {
  it('compute the shapes of their outputs', () => {
    const model = everyLayer();
    let tensor: tf.Tensor = pixels();
    for (const layer of model.layers) {
      tensor = layer.apply(tensor) as tf.Tensor;
      expect(tensor.shape.slice(1)).toEqual((layer.outputShape as number[]).slice(1));
    }
  });

  it('are equal after a round trip through JSON', () => {
    const model = everyLayer();
    const json = model.toJSON('', false) as unknown as tf.serialization.ConfigDict;
    const copy = tf.sequential({ name: model.name });
    for (const layer of model.layers) {
      const Class = layer.constructor as tf.serialization.SerializableConstructor<tf.layers.Layer>;
      copy.add(Class.fromConfig(Class, JSON.parse(JSON.stringify(layer.getConfig()))));
    }
    copy.setWeights(model.getWeights());
    expect(copy.toJSON('', false)).toEqual(json);
    const x = pixels();
    expect((copy.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
  });

  it('start from the same weights for the same seed', () => {
    const weights = (model: tf.LayersModel) =>
      model.getWeights().map((weight) => Array.from(weight.dataSync()));
    expect(weights(everyLayer())).toEqual(weights(everyLayer()));
  });
});

describe('activations', () => {
  it('use ReLU1 if a saved model names no surrogate', () => {
    const saved = { name: 'saved', trainable: true };
    const old = TernaryActivation.fromConfig(TernaryActivation, saved) as TernaryActivation;
    expect(old.surrogate.name).toBe('relu1');
    expect(new BinaryActivation({ surrogate: 'swish-sign' }).getConfig()).toMatchObject({
      surrogate: 'swish-sign',
      threshold: 0.5,
    });
    expect(codeOf(() => new BinaryActivation({ surrogate: 'tanh' }))).toBe('unknown-surrogate');
  });

  it('have the given number of levels', () => {
    const x = tf.tensor1d([-1, 0.1, 0.2, 0.5, 0.9, 2]);
    const levels = (layer: tf.layers.Layer) => Array.from((layer.apply(x) as tf.Tensor).dataSync());
    expect(levels(new QuantizedActivation({ bits: 1 }))).toEqual([0, 0, 0, 1, 1, 1]);
    expect(levels(new QuantizedActivation({ levels: 3 }))).toEqual([0, 0, 0, 0.5, 1, 1]);
    expect(levels(new QuantizedActivation({ levels: 5 }))).toEqual([0, 0, 0.25, 0.5, 1, 1]);
    for (const args of [{}, { bits: 1, levels: 2 }, { bits: 9 }, { levels: 1 }]) {
      expect(codeOf(() => new QuantizedActivation(args))).toBe('invalid-levels');
    }
  });

  it('pass gradients through their surrogate', () => {
    const layer = new QuantizedActivation({ bits: 1, surrogate: 'steep' });
    const gradient = tf.grad((x) => layer.apply(x) as tf.Tensor)(tf.tensor1d([0.2, 0.4, 0.6, 0.8]));
    expect(Array.from(gradient.dataSync())).toEqual([0, 2, 2, 0]);
  });
});

describe('weights', () => {
  it('convolve raw pixels exactly with the integers of the exporter', () => {
    const layer = new Int8Conv2D({
      filters: 5,
      kernelSize: 3,
      padding: 'same',
      seed: 1,
      inputShape: [9, 7, 2],
    });
    const x = pixels() as tf.Tensor4D;
    const y = layer.apply(x) as tf.Tensor;
    const { values, scale } = layer.integerWeights();
    const sums = directConvolution(x, values, 5);
    expect(Array.from(y.dataSync())).toEqual(sums.map((sum) => Math.fround(sum * scale)));
    expect(Math.max(...values.map(Math.abs))).toBe(127);
  });

  it('use signs and the mean magnitude', () => {
    const layer = new BinaryDense({ units: 2, inputShape: [3] });
    layer.apply(tf.zeros([1, 3]));
    layer.setWeights([tf.tensor2d([0.5, -1, 1.5, -2, 0, -1], [3, 2])]);
    expect(layer.binaryWeights()).toEqual({ signs: Int8Array.of(1, -1, 1, -1, 1, -1), scale: 1 });
    expect(Array.from((layer.apply(tf.tensor2d([[1, 0, 1]])) as tf.Tensor).dataSync())).toEqual([2, -2]);
  });

  it('round the bias to integer units of the accumulator', () => {
    const layer = new Int8Dense({ units: 2, inputStep: 0.5, inputShape: [1] });
    layer.apply(tf.zeros([1, 1]));
    layer.setWeights([tf.tensor2d([[127, -127]]), tf.tensor1d([1.3, -0.2])]);
    expect(layer.integerWeights()).toEqual({
      values: Int8Array.of(127, -127),
      scale: 1,
      bias: Int32Array.of(3, 0),
    });
    expect(Array.from((layer.apply(tf.tensor2d([[0.5]])) as tf.Tensor).dataSync())).toEqual([65, -63.5]);
  });

  it('pass the gradient of the scaled weights to the latent ones', () => {
    const layer = new BinaryConv2D({ filters: 2, kernelSize: 2, seed: 1, inputShape: [3, 3, 1] });
    const x = tf.randomUniform([1, 3, 3, 1], 0, 1, 'float32', 2) as tf.Tensor4D;
    layer.apply(x);
    const latent = layer.trainableWeights[0].read() as tf.Variable;
    const { signs, scale } = layer.binaryWeights();
    const scaled = tf.tensor4d(
      Float32Array.from(signs, (sign) => sign * scale),
      [2, 2, 1, 2],
    );
    const got = tf.variableGrads(() => tf.sum(tf.square(layer.apply(x) as tf.Tensor)), [latent]).grads[
      latent.name
    ];
    const expected = tf.grad((w) => tf.sum(tf.square(tf.conv2d(x, w as tf.Tensor4D, 1, 'valid'))))(scaled);
    expectClose(got, expected);
    const ofInput = tf.grad((input) => tf.sum(tf.square(layer.apply(input) as tf.Tensor)))(x);
    expectClose(
      ofInput,
      tf.grad((input) => tf.sum(tf.square(tf.conv2d(input as tf.Tensor4D, scaled, 1, 'valid'))))(x),
    );
  });

  it('clip latents to [-1, 1] with clipLatents', () => {
    for (const [clipLatents, expected] of [
      [true, [1, -1]],
      [false, [3, -2]],
    ] as const) {
      const layer: QuantizedLayer = new BinaryDense({ units: 2, clipLatents, inputShape: [1] });
      layer.apply(tf.zeros([1, 1]));
      layer.setWeights([tf.tensor2d([[3, -2]])]);
      layer.clipWeights();
      expect(Array.from(layer.getWeights()[0].dataSync())).toEqual(expected);
    }
  });
});

function expectClose(got: tf.Tensor, expected: tf.Tensor): void {
  const reference = expected.dataSync();
  got.dataSync().forEach((value, i) => {
    expect(value).toBeCloseTo(reference[i], 4);
  });
}

/** 3x3, stride 1, zero padding, in float64. */
function directConvolution(x: tf.Tensor4D, kernel: Int8Array, filters: number): number[] {
  const [count, height, width, channels] = x.shape;
  const input = x.dataSync();
  const sums: number[] = [];
  for (let n = 0; n < count; n++)
    for (let y = 0; y < height; y++)
      for (let xx = 0; xx < width; xx++)
        for (let f = 0; f < filters; f++) {
          let sum = 0;
          for (let ky = 0; ky < 3; ky++)
            for (let kx = 0; kx < 3; kx++) {
              const [iy, ix] = [y + ky - 1, xx + kx - 1];
              if (iy < 0 || ix < 0 || iy >= height || ix >= width) continue;
              for (let c = 0; c < channels; c++)
                sum +=
                  input[((n * height + iy) * width + ix) * channels + c] *
                  kernel[((ky * 3 + kx) * channels + c) * filters + f];
            }
          sums.push(sum);
        }
  return sums;
}
