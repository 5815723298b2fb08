/**
 * Batch norm (Ioffe & Szegedy 2015, arXiv 1502.03167) with its own training pass:
 *
 *     forward   c = x - mean(x),   v = mean(c^2),   r = 1 / sqrt(v + epsilon),   y = gamma r c + beta
 *     backward  S0 = sum dy,   S1 = sum dy c,   n values per channel
 *               d/dx = gamma r (dy - S0 / n - c r^2 S1 / n),   d/dgamma = r S1,   d/dbeta = S0
 *
 * TensorFlow.js derives the gradient of mean and variance step by step, in about four times as many passes
 * over the images, some of them through arrays in JavaScript. Everything else (weights, running means,
 * inference, the name in files) is that of TensorFlow.js's layer, apart from the default momentum.
 */

import { type FusedBatchNorm, stepBatchNorm } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { isChannelAxis } from './channel-axis.js';
import { ANYTHING, BOOLEAN, checkedOptions, type LayerOptions, number, POSITIVE } from './layer-options.js';

type BatchNormArgs = NonNullable<Parameters<typeof tf.layers.batchNormalization>[0]>;

/** The members of TensorFlow.js's layer, whose type is not exported. */
interface BatchNormalization extends tf.layers.Layer {
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  gamma: tf.LayerVariable | null;
  beta: tf.LayerVariable | null;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
}

type Constructor = tf.serialization.SerializableConstructor<BatchNormalization> &
  (new (
    args?: BatchNormArgs,
  ) => BatchNormalization);

const BatchNormalization = tf.layers.batchNormalization().constructor as Constructor;

/**
 * The default momentum of the running statistics. With Keras's 0.99 they are 39 % their initial values after 94 steps,
 * and a network that was trained for so few steps predicts with wrong statistics.
 */
const DEFAULT_MOMENTUM = 0.9;

export class BatchNorm extends BatchNormalization {
  static override className = 'BatchNormalization';
  static readonly options: LayerOptions = {
    axis: {
      expected: 'an integer',
      accepts: (value) => Number.isInteger(Array.isArray(value) ? value[0] : value),
    },
    momentum: number('a number from 0 to below 1', (value) => value >= 0 && value < 1),
    epsilon: POSITIVE,
    center: BOOLEAN,
    scale: BOOLEAN,
    betaInitializer: ANYTHING,
    gammaInitializer: ANYTHING,
    movingMeanInitializer: ANYTHING,
    movingVarianceInitializer: ANYTHING,
    // `train` refuses them; other training loops may apply them.
    betaConstraint: ANYTHING,
    gammaConstraint: ANYTHING,
    betaRegularizer: ANYTHING,
    gammaRegularizer: ANYTHING,
  };

  /**
   * @throws {UsageError} `invalid-layer-option`
   * @throws {UnsupportedLayerError} `unsupported-layer-option`
   */
  constructor(args: BatchNormArgs = {}) {
    super({ ...checkedOptions(new.target, args), momentum: args.momentum ?? DEFAULT_MOMENTUM });
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor | tf.Tensor[] {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    if (!kwargs.training || !this.gamma || !this.beta || !isChannelAxis(this.axis, x.rank))
      return super.call(inputs, kwargs);
    const { gamma, beta, epsilon } = this;
    return tf.tidy(() => {
      const { y, mean, variance } = normalizeBatch(x, gamma.read(), beta.read(), epsilon);
      this.follow(this.movingMean, mean);
      this.follow(this.movingVariance, variance);
      return y;
    });
  }

  /** Updates a running mean. */
  private follow(running: tf.LayerVariable, value: tf.Tensor): void {
    const before = running.read();
    running.write(tf.sub(before, tf.mul(tf.sub(before, value), 1 - this.momentum)));
  }
}

tf.serialization.registerClass(BatchNorm);

/**
 * Normalizes a batch by its own statistics.
 *
 * @param x [.., channels]
 * @param gamma [channels]
 * @param beta [channels]
 * @returns y in the shape of x, and the mean and variance of each channel, through which no gradient flows
 */
export function normalizeBatch(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): { y: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor } {
  const channels = x.shape[x.rank - 1];
  const fused = stepBatchNorm(channels);
  if (fused) return normalizeFused(fused, x, gamma, beta, epsilon);
  const rows = tf.reshape(x, [x.size / channels, channels]);
  const mean = mean0(rows);
  const centered = tf.sub(rows, mean);
  const variance = mean0(tf.square(centered));
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const normalize = tf.customGrad((...inputs) => {
    // The gradient below includes that of mean and variance, so they are not recorded.
    const [, scale, offset, save] = inputs as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([centered, inverse, scale]);
    const y = tf.add(tf.mul(centered, tf.mul(scale, inverse)), offset);
    return {
      value: tf.reshape(y, x.shape),
      gradFunc: (dy, saved) => gradients(tf.reshape(dy as tf.Tensor, rows.shape), saved, x.shape),
    };
  });
  return { y: normalize(x, gamma, beta), mean, variance };
}

/** Does the same by the backend's own operations. */
function normalizeFused(
  fused: FusedBatchNorm,
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): { y: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor } {
  // Operations of the backend are not recorded.
  const { y, mean, variance } = fused.normalize(x, gamma, beta, epsilon);
  const normalize = tf.customGrad((...inputs) => {
    const [input, scale, , save] = inputs as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([input, scale, mean, variance]);
    return {
      value: tf.clone(y),
      gradFunc: (dy, [x, gamma, mean, variance]) =>
        fused.gradients(dy as tf.Tensor, { x, gamma, mean, variance }, epsilon),
    };
  });
  return { y: normalize(x, gamma, beta), mean, variance };
}

/** Returns the gradients of x, gamma and beta. */
function gradients(dy: tf.Tensor, [c, r, gamma]: tf.Tensor[], shape: number[]): tf.Tensor[] {
  return tf.tidy(() => {
    const n = dy.shape[0];
    const sum = tf.sum(dy, 0);
    const centeredSum = tf.sum(tf.mul(dy, c), 0);
    const scale = tf.mul(gamma, r);
    const slope = tf.mul(tf.mul(scale, tf.square(r)), tf.div(centeredSum, -n));
    const level = tf.mul(scale, tf.div(sum, -n));
    const dx = tf.add(tf.add(tf.mul(dy, scale), tf.mul(c, slope)), level);
    return [tf.reshape(dx, shape), tf.mul(centeredSum, r), sum];
  });
}

/** Returns the mean of each column with fewer operations than tf.mean. */
function mean0(rows: tf.Tensor): tf.Tensor {
  return tf.div(tf.sum(rows, 0), rows.shape[0]);
}
