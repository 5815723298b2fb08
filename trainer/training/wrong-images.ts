/** The test images that a network is wrong about. */
import { argmax, rankClasses } from '@bd-edge/sdk/internal';

/** A test image whose class was not recognized. */
export interface WrongPrediction {
  /** The index of the image in its set. */
  index: number;
  /** The predicted class. */
  prediction: number;
  /** The score of the predicted class, the softmax of the logits, 0..1. */
  score: number;
  /** The score of the correct class, 0..1. */
  classScore: number;
}

/** The number of wrong images that are kept of an evaluation. */
export const MAX_WRONG = 120;

/**
 * Finds the wrong images about which a network is the most certain.
 *
 * @param logits count x classes
 * @returns at most `MAX_WRONG` images, the most certain first; of equal scores, the lower index first
 */
export function mostCertainErrors(
  logits: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
): WrongPrediction[] {
  const wrong: WrongPrediction[] = [];
  for (let index = 0; index < labels.length; index++) {
    const own = logits.subarray(index * classes, (index + 1) * classes);
    const prediction = argmax(own);
    if (prediction === labels[index]) continue;
    const ranked = rankClasses(own, 1);
    const scoreOf = (wanted: number) => ranked.find(({ classIndex }) => classIndex === wanted)?.score ?? 0;
    wrong.push({ index, prediction, score: scoreOf(prediction), classScore: scoreOf(labels[index]) });
  }
  return wrong.sort((a, b) => b.score - a.score || a.index - b.index).slice(0, MAX_WRONG);
}
