/**
 * The loss of training, averaged over a batch:
 *
 *     cross-entropy       - sum_k t_k log softmax(z)_k,   t the label's one-hot vector
 *     label smoothing s   t <- (1 - s) t + s / classes                        (Szegedy et al. 2015, arXiv 1512.00567)
 *     distillation w, T   (1 - w) * the above + w * T^2 * cross-entropy of softmax(z / T)
 *                         against the teacher's softmax(y / T)                (Hinton et al. 2015, arXiv 1503.02531)
 *
 * z are the network's logits and y the teacher's, on the same augmented images. T^2 makes the gradients of both terms
 * independent of the temperature.
 */

import { UsageError } from '@bd-edge/sdk/internal';
import * as tf from '../tensorflow/index.js';

/** Loss options as plain data. Each is off by default. */
export interface LossOptions {
  /** The share of each target that is spread over all classes, 0 <= s < 1. */
  labelSmoothing?: number;
  /** Requires a teacher. */
  distillation?: Distillation;
}

export interface Distillation {
  /** Weight of the teacher's term, 0 < w <= 1; the label's term has the rest. */
  weight: number;
  /** Above 0. At a higher temperature the teacher's small probabilities count more. */
  temperature: number;
}

/**
 * Computes the loss of a batch from its logits [images, classes]. What does not depend on them is computed once, outside
 * the gradient.
 */
export type Loss = (images: tf.Tensor4D, labels: Uint16Array) => (logits: tf.Tensor2D) => tf.Scalar;

/** The cross-entropy against the labels, without smoothing. */
export const crossEntropy: Loss = (_, labels) => (logits) => {
  const targets = tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), logits.shape[1]);
  return tf.losses.softmaxCrossEntropy(targets, logits).asScalar();
};

/**
 * Returns the loss function of the options.
 *
 * @param teacher images to logits; its weights do not change
 * @throws {UsageError} `invalid-loss` for options out of range or a missing teacher
 */
export function lossOf(
  { labelSmoothing = 0, distillation }: LossOptions = {},
  teacher?: tf.LayersModel,
): Loss {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1))
    throw invalid(`labelSmoothing is ${labelSmoothing}; expected 0 <= labelSmoothing < 1`, labelSmoothing);
  const smoothed: Loss = labelSmoothing === 0 ? crossEntropy : smoothedCrossEntropy(labelSmoothing);
  if (!distillation) return smoothed;
  const { weight, temperature } = distillation;
  if (!(weight > 0 && weight <= 1))
    throw invalid(`the distillation weight is ${weight}; expected 0 < weight <= 1`, weight);
  if (!(temperature > 0 && Number.isFinite(temperature)))
    throw invalid(`the distillation temperature is ${temperature}; expected a number above 0`, temperature);
  if (!teacher) throw invalid('distillation requires a teacher; pass one as `teacher`', teacher);
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

function invalid(problem: string, received: unknown): UsageError {
  return new UsageError('invalid-loss', `Invalid loss: ${problem}.`, { received });
}

function smoothedCrossEntropy(share: number): Loss {
  return (_, labels) => (logits) => {
    const targets = tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), logits.shape[1]);
    return tf.losses.softmaxCrossEntropy(targets, logits, undefined, share).asScalar();
  };
}
