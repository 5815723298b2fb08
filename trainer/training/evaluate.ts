/** Evaluation of a model on a set of images: logits, predicted classes, accuracy and confusion matrix. */

import { AbortedError, argmax } from '@bd-edge/sdk/internal';
import { batchesOf, type Images } from '../data/index.js';
import * as tf from '../tensorflow/index.js';
import { mostCertainErrors, type WrongPrediction } from './wrong-images.js';

export interface Evaluation {
  images: number;
  correct: number;
  /** correct / images, 0..1. */
  accuracy: number;
  /** confusion[label][prediction]: the number of images of class `label` that were predicted as `prediction`. */
  confusion: number[][];
  /** The wrong images about which the model is the most certain, at most 120, the most certain first. */
  wrong: WrongPrediction[];
}

export interface EvaluateOptions {
  /** Called after every batch with numbers of images. */
  onProgress?: (done: number, total: number) => void;
  /** Checked before every batch. */
  signal?: AbortSignal;
}

const BATCH_SIZE = 500;

/**
 * Computes a model's logits. Batch norms use their moving statistics, as in an exported network.
 *
 * @param model images [batch, height, width, channels], 0..255, to logits [batch, classes]
 * @returns count x classes
 * @throws {AbortedError} `evaluation-aborted`
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
    if (signal?.aborted) {
      const message = `The evaluation was stopped after ${done} of ${set.count} images.`;
      throw new AbortedError('evaluation-aborted', message);
    }
    const predicted = tf.tidy(() => {
      const images = tf.tensor4d(pixels, [count, set.height, set.width, set.channels]);
      return model.predictOnBatch(images) as tf.Tensor;
    });
    // Outside tidy, which searches every element of what it returns for tensors.
    result.set(predicted.dataSync() as Float32Array, done * classes);
    predicted.dispose();
    done += count;
    onProgress?.(done, set.count);
    await new Promise(setImmediate);
  }
  return result;
}

/** Predicts the class of each image: the index of its first largest logit. */
export async function predict(
  model: tf.LayersModel,
  set: Images,
  options?: EvaluateOptions,
): Promise<Uint16Array> {
  return argmaxRows(await logits(model, set, options), classCount(model));
}

/**
 * Returns the index of each row's first largest value.
 *
 * @param logits count x classes
 */
export function argmaxRows(logits: Float32Array, classes: number): Uint16Array {
  const labels = new Uint16Array(logits.length / classes);
  for (let i = 0; i < labels.length; i++) {
    labels[i] = argmax(logits.subarray(i * classes, (i + 1) * classes));
  }
  return labels;
}

/**
 * Compares a model's predictions with the labels.
 *
 * @throws {AbortedError} `evaluation-aborted`
 */
export async function evaluate(
  model: tf.LayersModel,
  set: Images,
  options?: EvaluateOptions,
): Promise<Evaluation> {
  const classes = classCount(model);
  const outputs = await logits(model, set, options);
  const predictions = argmaxRows(outputs, classes);
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  predictions.forEach((prediction, i) => {
    confusion[set.labels[i]][prediction]++;
  });
  const correct = confusion.reduce((sum, row, label) => sum + row[label], 0);
  const wrong = mostCertainErrors(outputs, set.labels, classes);
  return { images: set.count, correct, accuracy: correct / set.count, confusion, wrong };
}

function classCount(model: tf.LayersModel): number {
  return model.outputs[0].shape.at(-1) as number;
}
