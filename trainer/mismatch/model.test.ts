import { beforeAll, describe, expect, it } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import {
  BinaryConv2D,
  BinaryDense,
  Int8Dense,
  QuantizedActivation,
  TernaryActivation,
} from '../layers/index.js';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { bars, barsNetwork } from '../testing/bars.js';
import { cosine } from './cosine.js';
import { estimateMismatch } from './model.js';
import { fillNormal } from './normal.js';

beforeAll(async () => {
  await selectBackend();
});

const normal = (shape: number[], seed: number) =>
  tf.tensor(fillNormal(new Float32Array(shape.reduce((a, b) => a * b)), new Random(seed)), shape);

const outputOf = (model: tf.LayersModel, x: tf.Tensor) =>
  Array.from((model.predict(x) as tf.Tensor).dataSync());

describe('estimateMismatch', () => {
  it('equals the result of moving every weight by hand', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({
          units: 5,
          inputShape: [4],
          kernelInitializer: tf.initializers.randomNormal({ seed: 1 }),
        }),
        new QuantizedActivation({ bits: 2, surrogate: 'polynomial' }),
        tf.layers.dense({ units: 3, kernelInitializer: tf.initializers.randomNormal({ seed: 2 }) }),
      ],
    });
    model.layers[0].setWeights([normal([4, 5], 3), tf.zeros([5])]);
    const [inputs, targets] = [normal([50, 4], 4), normal([50, 3], 5)];
    const kernels = model.layers.filter((layer) => layer.getClassName() === 'Dense');
    const variables = kernels.map((layer) => layer.trainableWeights[0].read() as tf.Variable);
    const loss = () => tf.sum(tf.square(tf.sub(model.apply(inputs) as tf.Tensor, targets))).asScalar();
    const { grads } = tf.variableGrads(loss, variables);

    const [{ layers, total }] = await estimateMismatch(model, {
      data: { inputs, targets },
      loss: 'squared-error',
      eps: [0.3],
      coordinates: 1000,
      batchSize: 20,
    });
    const expected = variables.map((variable) => {
      const before = Array.from(variable.dataSync());
      const distance = 0.3 * Math.sqrt(before.reduce((sum, w) => sum + w * w, 0) / before.length);
      const slopes = before.map((_, i) => {
        const at = (amount: number) => {
          variable.assign(
            tf.tensor(
              before.map((w, k) => (k === i ? w + amount : w)),
              variable.shape,
            ),
          );
          return loss().dataSync()[0];
        };
        const slope = (at(distance) - at(-distance)) / (2 * distance);
        at(0);
        return slope;
      });
      return { slopes, gradient: Array.from(grads[variable.name].dataSync()) };
    });
    expected.forEach(({ slopes, gradient }, l) => {
      expect(layers[l].cosine).toBeCloseTo(cosine(slopes, gradient), 3);
      expect(layers[l].interval).toEqual([layers[l].cosine, layers[l].cosine]);
      expect(layers[l].coordinates).toBe(layers[l].weights);
    });
    const joined = (key: 'slopes' | 'gradient') => expected.flatMap((layer) => layer[key]);
    expect(total.cosine).toBeCloseTo(cosine(joined('slopes'), joined('gradient')), 3);
  });

  it('is 1 for a smooth loss and a short distance, with any kind of weights', async () => {
    const layers = [
      new BinaryConv2D({ filters: 3, kernelSize: 2, seed: 1, inputShape: [4, 4, 2] }),
      tf.layers.activation({ activation: 'tanh' }),
      tf.layers.flatten(),
      new BinaryDense({ units: 6, seed: 2 }),
      tf.layers.activation({ activation: 'sigmoid' }),
      new Int8Dense({ units: 4, seed: 3 }),
    ];
    const model = tf.sequential({ layers });
    const labels = Array.from({ length: 30 }, (_, i) => i % 4);
    const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), 4);
    const data = { inputs: normal([30, 4, 4, 2], 6), targets };
    const [{ layers: measured, total }] = await estimateMismatch(model, {
      data,
      eps: [0.02],
      coordinates: 24,
    });
    expect(measured.map(({ coordinates, weights }) => [coordinates, weights])).toEqual([
      [24, 24],
      [24, 162],
      [24, 24],
    ]);
    for (const { cosine: value } of [...measured, total]) expect(value).toBeGreaterThan(0.999);
  });

  it('accepts labeled images, coupled networks and decoupled ones, and does not change them', async () => {
    const images = bars(40, 1);
    const coupled = barsNetwork();
    for (const model of [coupled, decouple(coupled)]) {
      const x = tf.tensor4d(Float32Array.from(images.images), [40, 6, 6, 1]);
      const before = outputOf(model, x);
      const notes = new Set<string>();
      const measure = () =>
        estimateMismatch(model, {
          data: images,
          eps: [0.5, 0.2],
          coordinates: 12,
          onProgress: (_done, total, layer) => notes.add(`${layer} of ${total}`),
        });
      const tensors = tf.memory().numTensors;
      const results = await measure();
      expect(tf.memory().numTensors).toBe(tensors);
      expect(results.map(({ eps }) => eps)).toEqual([0.5, 0.2]);
      for (const { layers, total } of results) {
        expect(layers).toHaveLength(3);
        for (const { interval } of [...layers, total]) expect(interval[0]).toBeLessThanOrEqual(interval[1]);
      }
      expect(notes.size).toBe(3);
      expect(await measure()).toEqual(results);
      expect(outputOf(model, x)).toEqual(before);
    }
  });

  it('restores a moved weight when it is aborted', async () => {
    const model = barsNetwork();
    const images = bars(10, 1);
    const x = tf.tensor4d(Float32Array.from(images.images), [10, 6, 6, 1]);
    const before = outputOf(model, x);
    const controller = new AbortController();
    const stopped = estimateMismatch(model, {
      data: images,
      onProgress: () => controller.abort(),
      signal: controller.signal,
    });
    await expect(stopped).rejects.toThrow('aborted');
    expect(outputOf(model, x)).toEqual(before);
  });

  it('rejects models and options that it cannot use', async () => {
    const bare = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [6, 6, 1] }), new TernaryActivation({})],
    });
    const data = bars(4, 1);
    const codeOf = async (model: tf.LayersModel, options: object) =>
      (await rejection(estimateMismatch(model, { data, ...options }))).code;
    expect(await codeOf(bare, {})).toBe('unmeasurable-model');
    expect(await codeOf(barsNetwork(), { eps: [-1] })).toBe('invalid-eps');
    expect(await codeOf(barsNetwork(), { coordinates: 0 })).toBe('not-positive-integer');
  });
});
