import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import type { ImageSet } from '../data/index.js';
import * as tf from '../tensorflow/index.js';
import { argmaxRows, evaluate, logits, predict } from './evaluate.js';

beforeAll(async () => {
  await selectBackend();
});

/** A model whose two logits are its two pixels. */
function identity(): tf.LayersModel {
  const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [1, 2, 1] })] });
  return model;
}

function pairs(values: number[], labels: number[]): ImageSet {
  const count = labels.length;
  return {
    images: Uint8Array.from(values),
    labels: Uint8Array.from(labels),
    count,
    height: 1,
    width: 2,
    channels: 1,
  };
}

it('predicts the first of the largest logits', () => {
  expect(argmaxRows(Float32Array.of(1, 3, 3, -5, -5, -9), 3)).toEqual(Uint16Array.of(1, 0));
});

/** The scores of two classes whose logits differ. */
function scores(difference: number) {
  const score = 1 / (1 + Math.exp(-difference));
  return { score: expect.closeTo(score, 6), classScore: expect.closeTo(1 - score, 6) };
}

it('counts correct predictions and confusions', async () => {
  const set = pairs([9, 1, 1, 9, 5, 5, 7, 2, 2, 7], [0, 1, 1, 1, 0]);
  expect(await predict(identity(), set)).toEqual(Uint16Array.of(0, 1, 0, 0, 1));
  expect(await evaluate(identity(), set)).toEqual({
    images: 5,
    correct: 2,
    accuracy: 0.4,
    confusion: [
      [1, 1],
      [2, 1],
    ],
    // Of 5, 5 and of 7, 2 the first class is predicted, and of 2, 7 the second.
    wrong: [
      { index: 3, prediction: 0, ...scores(5) },
      { index: 4, prediction: 1, ...scores(5) },
      { index: 2, prediction: 0, score: 0.5, classScore: 0.5 },
    ],
  });
});

it('evaluates sets larger than a batch and keeps no tensors', async () => {
  const values = Array.from({ length: 2 * 1234 }, (_, i) => i % 251);
  const model = identity();
  const before = tf.memory().numTensors;
  const set = pairs(values, new Array(1234).fill(0));
  expect(await logits(model, set)).toEqual(Float32Array.from(values));
  expect(tf.memory().numTensors).toBe(before);
});

it('reports progress after each batch, and stops between batches', async () => {
  const set = pairs(new Array(2 * 1234).fill(1), new Array(1234).fill(0));
  const steps: [number, number][] = [];
  const stop = new AbortController();
  const evaluation = evaluate(identity(), set, {
    onProgress: (done, total) => {
      steps.push([done, total]);
      if (steps.length === 2) stop.abort();
    },
    signal: stop.signal,
  });
  await expect(evaluation).rejects.toMatchObject({ name: 'AbortedError', code: 'evaluation-aborted' });
  expect(steps).toEqual([
    [500, 1234],
    [1000, 1234],
  ]);
});
