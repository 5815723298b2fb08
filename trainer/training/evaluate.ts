/** What a model says about a set of images: its logits, its labels, and how many of them are right. */

import { AbortedError, argmax } from '@bd-edge/sdk/internal';
import { batchesOf, type Images } from '../data/index.js';
import * as tf from '../tensorflow/index.js';

export interface Evaluation {
  images: number;
  correct: number;
  /** correct / images, 0..1. */
  accuracy: number;
  /** confusion[label][prediction]: images of a class that were taken for another. */
  confusion: number[][];
}

export interface EvaluateOptions {
  /** Called after every batch with images. */
  onProgress?: (done: number, total: number) => void;
  /** Looked at before every batch. */
  signal?: AbortSignal;
}

/** An evaluation was stopped by its signal; there is no part of a result. */
export class EvaluationAborted extends AbortedError {}

const BATCH_SIZE = 500;

/**
 * Batch norm runs on its moving statistics, as it does in an exported network.
 *
 * @param model images [batch, height, width, channels], 0..255, to logits [batch, classes]
 * @returns count x classes
 * @throws EvaluationAborted
 */
export async function logits(
  model: tf.LayersModel,
  set: Images,
  { onProgress, signal }: EvaluateOptions = {},
): Promise<Float32Array> {
  const classes = classCount(model);
  const result = new Float32Array(set.count * classes);
  let done = 0;
  for await (const { pixels, count } of batchesOf(set, BATCH_SIZE)) {
    if (signal?.aborted) throw new EvaluationAborted(`Stopped after ${done} of ${set.count} images.`);
    const predicted = tf.tidy(() => {
      const images = tf.tensor4d(pixels, [count, set.height, set.width, set.channels]);
      return model.predictOnBatch(images) as tf.Tensor;
    });
    // Outside of tidy, which would look at every number that it returns.
    result.set(predicted.dataSync() as Float32Array, done * classes);
    predicted.dispose();
    done += count;
    onProgress?.(done, set.count);
    await new Promise(setImmediate);
  }
  return result;
}

/** The class with the largest logit for each image; the first of equals, as everywhere in this package. */
export async function predict(
  model: tf.LayersModel,
  set: Images,
  options?: EvaluateOptions,
): Promise<Uint16Array> {
  return largest(await logits(model, set, options), classCount(model));
}

/**
 * @param logits count x classes
 * @returns the index of each row's first largest value
 */
export function largest(logits: Float32Array, classes: number): Uint16Array {
  const labels = new Uint16Array(logits.length / classes);
  for (let i = 0; i < labels.length; i++) {
    labels[i] = argmax(logits.subarray(i * classes, (i + 1) * classes));
  }
  return labels;
}

/** @throws EvaluationAborted */
export async function evaluate(
  model: tf.LayersModel,
  set: Images,
  options?: EvaluateOptions,
): Promise<Evaluation> {
  const predictions = await predict(model, set, options);
  const classes = classCount(model);
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  predictions.forEach((prediction, i) => {
    confusion[set.labels[i]][prediction]++;
  });
  const correct = confusion.reduce((sum, row, label) => sum + row[label], 0);
  return { images: set.count, correct, accuracy: correct / set.count, confusion };
}

function classCount(model: tf.LayersModel): number {
  return model.outputs[0].shape.at(-1) as number;
}
