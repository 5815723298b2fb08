import { beforeAll, expect, it } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import type { ImageSet } from '../data/index.js';
import { TrainingError } from '../errors.js';
import { createNetwork } from '../networks/index.js';
import { SMALL } from '../networks/small.testing.js';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { randomize } from '../testing/random-model.js';
import { decouple } from './decouple.js';
import { checkDecoupling, compareLogits, FLOAT_TOLERANCE } from './decoupling-check.js';

beforeAll(async () => {
  await selectBackend();
});

const IMAGES = 40;

function noise([height, width, channels]: readonly number[]): ImageSet {
  const random = new Random(1);
  const images = Uint8Array.from({ length: IMAGES * height * width * channels }, () => random.below(256));
  return { images, labels: new Uint8Array(IMAGES), count: IMAGES, height, width, channels };
}

function network(name: string, weights: 'binary' | 'float'): tf.LayersModel {
  const model = createNetwork(name, 1, { ...SMALL[name], weights });
  randomize(model, 2);
  return model;
}

it.each(['vgg7', 'resnet18'])('%s with binary weights: every logit must be equal', async (name) => {
  const coupled = network(name, 'binary');
  const images = noise(coupled.inputs[0].shape.slice(1) as number[]);
  const nothing = { differences: 0, changedClasses: 0, medianDifference: 0, floatWeights: false };
  const decoupled = decouple(coupled);
  expect(await checkDecoupling(coupled, decoupled, images)).toEqual(nothing);
  const logits = decoupled.layers.at(-1) as tf.layers.Layer;
  logits.setWeights(logits.getWeights().map((weight) => tf.mul(weight, 1.000001)));
  const error = await rejection(checkDecoupling(coupled, decoupled, images));
  expect(error).toBeInstanceOf(TrainingError);
  expect(error.code).toBe('inexact-decoupling');
});

it('float weights: tolerates rounding only', async () => {
  const coupled = network('vgg7', 'float');
  const images = noise(coupled.inputs[0].shape.slice(1) as number[]);
  const decoupled = decouple(coupled);
  const check = await checkDecoupling(coupled, decoupled, images);
  expect(check.floatWeights).toBe(true);
  expect(check.medianDifference).toBeLessThan(FLOAT_TOLERANCE.medianDifference);
  const logits = decoupled.layers.at(-1) as tf.layers.Layer;
  logits.setWeights(logits.getWeights().map((weight) => tf.mul(weight, 1.0001)));
  expect((await rejection(checkDecoupling(coupled, decoupled, images))).code).toBe('inexact-decoupling');
});

it('float weights: rejects changed classes even if the difference is only rounding', async () => {
  const coupled = network('vgg7', 'float');
  const images = noise(coupled.inputs[0].shape.slice(1) as number[]);
  const decoupled = decouple(coupled);
  /** Gives classes 0 and 1 the same logits, those of 0 smaller by a share, and all others 0. */
  const tie = (model: tf.LayersModel, share: number) => {
    const last = model.layers.at(-1) as tf.layers.Layer;
    const [kernel] = last.getWeights();
    const [inputs, classCount] = kernel.shape as [number, number];
    const column = kernel.slice([0, 0], [inputs, 1]);
    last.setWeights([tf.concat([column.mul(1 - share), column, tf.zeros([inputs, classCount - 2])], 1)]);
  };
  tie(coupled, 0);
  tie(decoupled, 0);
  expect((await checkDecoupling(coupled, decoupled, images)).changedClasses).toBe(0);
  tie(decoupled, 2e-6);
  expect((await rejection(checkDecoupling(coupled, decoupled, images))).code).toBe('inexact-decoupling');
});

it('compares logits image by image', () => {
  const a = Float32Array.of(1, 2, 4, 3, 0, 1);
  const b = Float32Array.of(1, 2, 3, 4, 0, 2);
  expect(compareLogits(a, a, 3)).toEqual({ differences: 0, changedClasses: 0, medianDifference: 0 });
  expect(compareLogits(a, b, 3)).toEqual({ differences: 2, changedClasses: 1, medianDifference: 0.25 });
  expect(compareLogits(a, Float32Array.of(1, 2, Number.NaN, 3, 0, 1), 3).differences).toBe(1);
});
