/**
 * What training makes smaller, a batch's mean of
 *
 *     cross-entropy       - sum_k t_k log softmax(z)_k,   t the label's one-hot vector
 *     label smoothing s   t <- (1 - s) t + s / classes                        (Szegedy et al. 2015, arXiv 1512.00567)
 *     distillation w, T   (1 - w) * the above + w * T^2 * cross-entropy of softmax(z / T)
 *                         against the teacher's softmax(y / T)                (Hinton et al. 2015, arXiv 1503.02531)
 *
 * z are the network's logits and y the teacher's, on the same images, augmented as they are. T^2 keeps the gradients of
 * both terms alike whatever the temperature.
 */

import { UsageError } from '@bd-edge/sdk/internal';
import * as tf from '../tensorflow/index.js';

/** As plain data; what is not named is off. */
export interface LossOptions {
  /** Share of each target that is spread over all classes, 0 <= s < 1. */
  labelSmoothing?: number;
  /** Needs a teacher. */
  distillation?: Distillation;
}

export interface Distillation {
  /** Of the teacher's word against the label's, 0 < w <= 1. */
  weight: number;
  /** Above 0; the higher, the more the teacher's small probabilities count. */
  temperature: number;
}

/** Of a batch's logits [images, classes]; what does not depend on them is computed once, outside of the gradient. */
export type Loss = (images: tf.Tensor4D, labels: Uint16Array) => (logits: tf.Tensor2D) => tf.Scalar;

/** Loss options that are out of range, or a teacher that is missing. */
export class InvalidLossError extends UsageError {
  override readonly name = 'InvalidLossError';
}

/** Against the labels as they are. */
export const crossEntropy: Loss = (_, labels) => (logits) => {
  const targets = tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), logits.shape[1]);
  return tf.losses.softmaxCrossEntropy(targets, logits).asScalar();
};

/**
 * @param teacher images to logits; its weights stay as they are
 * @throws InvalidLossError
 */
export function lossOf(
  { labelSmoothing = 0, distillation }: LossOptions = {},
  teacher?: tf.LayersModel,
): Loss {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1))
    throw new InvalidLossError(`The label smoothing is ${labelSmoothing}; it must be from 0 to below 1.`);
  const smoothed: Loss = labelSmoothing === 0 ? crossEntropy : smoothedCrossEntropy(labelSmoothing);
  if (!distillation) return smoothed;
  const { weight, temperature } = distillation;
  if (!(weight > 0 && weight <= 1) || !(temperature > 0 && Number.isFinite(temperature)))
    throw new InvalidLossError(
      `Distillation has the weight ${weight} and the temperature ${temperature}; the weight must be above 0 and at most 1, the temperature above 0.`,
    );
  if (!teacher) throw new InvalidLossError('Distillation needs a teacher; give one beside the loss.');
  return (images, labels) => {
    const targets = tf.tidy(() =>
      tf.softmax(tf.div(teacher.predictOnBatch(images) as tf.Tensor2D, temperature)),
    );
    const fromLabels = smoothed(images, labels);
    return (logits) => {
      const fromTeacher = tf.losses.softmaxCrossEntropy(targets, tf.div(logits, temperature)).asScalar();
      const scaled = tf.mul(fromTeacher, weight * temperature ** 2);
      return tf.add(tf.mul(fromLabels(logits), 1 - weight), scaled).asScalar();
    };
  };
}

function smoothedCrossEntropy(share: number): Loss {
  return (_, labels) => (logits) => {
    const targets = tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), logits.shape[1]);
    return tf.losses.softmaxCrossEntropy(targets, logits, undefined, share).asScalar();
  };
}
