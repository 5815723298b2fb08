/**
 * Quantized weights are integers and one scale: w ~ scale * integer.
 *
 * A layer computes with the integers and multiplies its sums by the scale afterwards. float32 adds integers
 * below 2^24 exactly, so training sees the same sums as an integer engine. The gradient is that of the
 * product,
 *
 *     forward   y = scale * sum(integer * x)
 *     backward  dL/dw = dL/d(scale * integer)
 *
 * and is passed to the latent weight unchanged (straight-through). No gradient flows through the scale.
 */
import * as tf from '../tensorflow/index.js';

export interface ScaledIntegers {
  /** In the order of the latent weights. */
  readonly values: Int8Array;
  /** A float32 above zero. */
  readonly scale: number;
}

/** The smallest scale of a layer: the smallest normal float32, since the gradient divides by it. */
export const SMALLEST_SCALE = 2 ** -126;

/**
 * Returns a tensor that replaces `latent` in a computation whose result is then multiplied by `scale`.
 *
 * @param latent the trained weights; only their shape and their gradient matter here
 * @param values the values of the forward pass, in the order of the latent weights
 */
export function straightThrough(latent: tf.Tensor, values: Float32Array, scale: number): tf.Tensor {
  const replace = tf.customGrad((input) => ({
    value: tf.tensor(values, (input as tf.Tensor).shape, 'float32'),
    // By the product rule dy has one factor of scale, which the gradient of the scaled weight has not.
    gradFunc: (dy) => tf.div(dy, scale),
  }));
  return replace(latent);
}
