/**
 * Decoupling of the built-in networks keeps their logits, with residual streams and full-precision shortcuts.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import { TernaryActivation } from '../layers/index.js';
import * as tf from '../tensorflow/index.js';
import { randomize, smallPixels } from '../testing/random-model.js';
import { createNetwork, NETWORK_NAMES } from './index.js';
import { SMALL } from './small.testing.js';

beforeAll(async () => {
  await selectBackend();
});

const IMAGES = 4;

/** Returns the logits before and after decoupling. */
function bothLogits(
  name: string,
  weights: 'binary' | 'float',
  seed: number,
  prepare: (model: tf.LayersModel) => void = () => {},
): [Float32Array, Float32Array] {
  return tf.tidy(() => {
    const coupled = createNetwork(name, 1, { ...SMALL[name], weights, classCount: 5 });
    randomize(coupled, seed);
    prepare(coupled);
    const pixels = Float32Array.from(smallPixels(coupled, IMAGES, seed));
    const images = tf.tensor(pixels, [IMAGES, ...(coupled.inputs[0].shape.slice(1) as number[])]);
    const logits = (model: tf.LayersModel) => (model.predict(images) as tf.Tensor).dataSync() as Float32Array;
    return [logits(coupled), logits(decouple(coupled))];
  });
}

/** Rounds every kernel to steps of 1/64, so that float32 adds without rounding, in any order. */
function roundKernels(model: tf.LayersModel): void {
  for (const layer of model.layers) {
    if (layer.getClassName() === 'BatchNormalization' || layer.weights.length === 0) continue;
    layer.setWeights(layer.getWeights().map((weight) => tf.div(tf.round(tf.mul(weight, 64)), 64)));
  }
}

describe.each(NETWORK_NAMES)('%s', (name) => {
  const unchanged = (weights: 'binary' | 'float', prepare?: (model: tf.LayersModel) => void) => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [before, after] = bothLogits(name, weights, seed, prepare);
        expect(after).toEqual(before);
        for (const logit of before) seen.add(logit);
      }),
      { numRuns: 3 },
    );
    // The equality means something only if images and seeds made a difference.
    expect(seen.size).toBeGreaterThan(5);
  };

  it('binary weights: changes no bit of any logit', () => unchanged('binary'));

  it('float weights whose sums are exact: changes no bit of any logit', () =>
    unchanged('float', roundKernels));

  it('float weights: differs by the rounding of sums in another order', () => {
    const [before, after] = bothLogits(name, 'float', 1);
    const largest = Math.max(...before.map(Math.abs));
    before.forEach((logit, i) => {
      expect(Math.abs(after[i] - logit)).toBeLessThanOrEqual(1e-5 * largest);
    });
  });

  it('leaves no ternary activation', () => {
    const { layers } = decouple(createNetwork(name, 1, SMALL[name]));
    expect(layers.filter((layer) => layer instanceof TernaryActivation)).toEqual([]);
  });
});

describe('a residual stream', () => {
  const decoupled = (name: string) => {
    const { layers } = decouple(createNetwork(name, 1, SMALL[name]));
    return new Set(layers.map((layer) => layer.name));
  };

  it('is duplicated with the norms that it adds up, but without the layers of shortcuts', () => {
    for (const name of ['resnet18', 'resnet18-sc']) {
      const names = decoupled(name);
      for (const twice of ['norm0', 'add1_2', 'norm2_2', 'add2_2', 'norm4_3']) {
        expect([twice, names.has(`${twice}_first`), names.has(`${twice}_second`), names.has(twice)]).toEqual([
          twice,
          true,
          true,
          false,
        ]);
      }
      for (const once of ['shortcut_conv2_1', 'shortcut_norm2_1', 'stem', 'norm_stem', 'add4_4', 'norm4_4'])
        expect([once, names.has(once)]).toEqual([once, true]);
    }
  });

  it('is read as the mean of its copies by layers that are not binary', () => {
    const means = (name: string) => [...decoupled(name)].filter((layer) => layer.endsWith('_mean'));
    expect(means('resnet18').sort()).toEqual(['add1_4_mean', 'add2_4_mean', 'add3_4_mean', 'add4_2_mean']);
    expect(means('resnet18-sc').sort()).toEqual(['add1_4_mean', 'add2_4_mean', 'add3_4_mean', 'add4_3_mean']);
  });
});
