/** A small dataset and network for tests, the same in every run. */

import type { ImageSet } from '../data/index.js';
import { BinaryConv2D, Int8Conv2D, Int8Dense, TernaryActivation } from '../layers/index.js';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';

/** Generates noisy 6x6 pictures: class 0 has a horizontal bar, class 1 a vertical one. */
export function bars(count: number, seed: number): ImageSet {
  const random = new Random(seed);
  const images = Uint8Array.from({ length: count * 36 }, () => random.below(60));
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  labels.forEach((label, i) => {
    const at = random.below(6);
    for (let k = 0; k < 6; k++) images[36 * i + (label === 0 ? 6 * at + k : 6 * k + at)] = 255;
  });
  return { images, labels, count, height: 6, width: 6, channels: 1 };
}

/** Builds a coupled network for `bars`. */
export function barsNetwork(
  seed = 1,
  pool: tf.layers.Layer = tf.layers.maxPooling2d({ poolSize: 2 }),
): tf.LayersModel {
  return tf.sequential({
    layers: [
      new Int8Conv2D({ filters: 4, kernelSize: 3, padding: 'same', seed, inputShape: [6, 6, 1] }),
      tf.layers.batchNormalization({ momentum: 0.8 }),
      new TernaryActivation({}),
      new BinaryConv2D({ filters: 6, kernelSize: 3, seed: seed + 1, clipLatents: true }),
      pool,
      tf.layers.batchNormalization({ momentum: 0.8 }),
      new TernaryActivation({}),
      tf.layers.flatten(),
      new Int8Dense({ units: 2, inputStep: 0.5, seed: seed + 2 }),
    ],
  });
}
