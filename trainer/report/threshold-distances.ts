/**
 * The distance of each activation's inputs to its threshold:
 *
 *     d = x - t,   for the threshold t nearest to x
 *
 * The straight-through gradient passes only if 0 < x < 1. Inputs far from every threshold have no gradient; those near
 * one flip with small changes.
 */

import { batchesOf, type Images, sampleImages } from '../data/index.js';
import { BinaryActivation, TernaryActivation } from '../layers/index.js';
import { TERNARY_THRESHOLDS } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';

export interface Histogram {
  layer: string;
  /** Lower edge of the first bin; `to` is the upper edge of the last. Values outside are counted in these bins. */
  from: number;
  to: number;
  counts: number[];
}

interface Activation {
  layer: tf.layers.Layer;
  thresholds: readonly number[];
}

const FROM = -2;
const TO = 2;
/** Even, so that an edge is at 0. */
const BINS = 40;
const IMAGES = 100;
const SEED = 1;

/** Measures the distances of each activation of a network, over a sample of a set with its classes in proportion. */
export async function thresholdDistances(model: tf.LayersModel, images: Images): Promise<Histogram[]> {
  const activations = model.layers.flatMap((layer): Activation[] => {
    if (layer instanceof BinaryActivation) return [{ layer, thresholds: [layer.threshold] }];
    if (layer instanceof TernaryActivation) return [{ layer, thresholds: Object.values(TERNARY_THRESHOLDS) }];
    return [];
  });
  if (activations.length === 0) return [];
  const inputs = activations.map(({ layer }) => layer.inboundNodes[0].inputTensors[0]);
  const probe = tf.model({ inputs: model.inputs, outputs: inputs });
  for await (const { pixels, count } of batchesOf(sampleImages(images, IMAGES, SEED), IMAGES)) {
    const values = tf.tidy(() => {
      const batch = tf.tensor4d(pixels, [count, images.height, images.width, images.channels]);
      return [probe.predictOnBatch(batch)].flat().map((tensor) => tensor.dataSync());
    });
    return activations.map(({ layer, thresholds }, i) => ({
      layer: layer.name,
      from: FROM,
      to: TO,
      counts: histogram(values[i] as Float32Array, thresholds),
    }));
  }
  return [];
}

/** Counts the distances to the nearest threshold. */
export function histogram(values: Float32Array, thresholds: readonly number[]): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    let distance = value - thresholds[0];
    for (const threshold of thresholds) {
      if (Math.abs(value - threshold) < Math.abs(distance)) distance = value - threshold;
    }
    const bin = Math.floor(((distance - FROM) / (TO - FROM)) * BINS);
    counts[Math.min(BINS - 1, Math.max(0, bin))]++;
  }
  return counts;
}
