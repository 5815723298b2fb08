/** Random models with random weights, for property tests of decoupling and export. */

import fc from 'fast-check';
import {
  BinaryConv2D,
  BinaryDense,
  FixedPointRelu,
  Int8Conv2D,
  Int8Dense,
  TernaryActivation,
} from '../layers/index.js';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';

/** The plan of a random coupled network. */
export interface NetworkPlan {
  channels: number;
  blocks: Block[];
  /** Units of a binary dense layer before the last, or null. */
  hidden: number | null;
  /** Units of an int8 dense layer with fixed-point activations as the last hidden layer, or null. */
  fixedPoint: number | null;
  seed: number;
}

interface Block {
  filters: number;
  kernelSize: number;
  strides: number;
  padding: 'same' | 'valid';
  int8: boolean;
  norm: boolean;
  pool: 'none' | 'before norm' | 'after norm' | 'after activation';
}

const block: fc.Arbitrary<Block> = fc.record({
  filters: fc.integer({ min: 1, max: 7 }),
  kernelSize: fc.integer({ min: 1, max: 3 }),
  strides: fc.integer({ min: 1, max: 2 }),
  padding: fc.constantFrom('same', 'valid'),
  int8: fc.boolean(),
  norm: fc.boolean(),
  pool: fc.constantFrom<Block['pool']>('none', 'before norm', 'after norm', 'after activation'),
});

/** Plans of up to three convolutions with odd channel counts, strides, pooling in all places, and optional norms. */
export const networkPlans: fc.Arbitrary<NetworkPlan> = fc.record({
  channels: fc.integer({ min: 1, max: 3 }),
  blocks: fc.array(block, { minLength: 1, maxLength: 3 }),
  hidden: fc.option(fc.integer({ min: 1, max: 9 })),
  fixedPoint: fc.option(fc.integer({ min: 1, max: 9 })),
  seed: fc.nat(),
});

/** Builds the coupled network of a plan with random weights, for images of 16 x 15. */
export function plannedNetwork({ channels, blocks, hidden, fixedPoint, seed }: NetworkPlan): tf.Sequential {
  const model = tf.sequential();
  blocks.forEach((settings, i) => {
    const { int8, norm, pool, ...conv } = settings;
    const args = { ...conv, ...(i === 0 ? { inputShape: [16, 15, channels] } : {}) };
    model.add(int8 || i === 0 ? new Int8Conv2D(args) : new BinaryConv2D(args));
    for (const layer of activationLayers(settings)) model.add(layer);
  });
  model.add(tf.layers.flatten());
  if (hidden) {
    model.add(new BinaryDense({ units: hidden }));
    model.add(tf.layers.batchNormalization());
    model.add(new TernaryActivation({}));
    model.add(tf.layers.dropout({ rate: 0.5 }));
  }
  if (fixedPoint) {
    model.add(new Int8Dense({ units: fixedPoint, useBias: false }));
    model.add(tf.layers.batchNormalization());
    model.add(new FixedPointRelu({ step: 1 / 8 }));
  }
  model.add(new Int8Dense({ units: 4, inputStep: fixedPoint ? 1 / 8 : 0.5 }));
  randomize(model, seed);
  return model;
}

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

/** Sets random weights; batch norms get gammas of both signs and 0, and statistics in the range of their input. */
export function randomize(model: tf.LayersModel, seed: number): void {
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

/** Generates images of small integers, since raw pixels would be far outside the random statistics. */
export function smallPixels(model: tf.LayersModel, count: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const size = (model.inputs[0].shape.slice(1) as number[]).reduce(
    (product, length) => product * length,
    count,
  );
  return Uint8Array.from({ length: size }, () => random.below(4));
}
