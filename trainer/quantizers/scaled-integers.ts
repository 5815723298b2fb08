/**
 * Quantized weights are integers and one scale: w ~ scale * integer.
 *
 * A layer computes with the integers and multiplies its sums by the scale afterwards: float32 adds integers below
 * 2^24 exactly, so training sees the very sums that an integer engine will. The gradient is that of the product,
 *
 *     forward   y = scale * sum(integer * x)
 *     backward  dL/dw = dL/d(scale * integer)
 *
 * handed to the latent weight as it is (straight-through), and none flows through the scale.
 */
import * as tf from '../tensorflow/index.js';

export interface ScaledIntegers {
  /** In the order of the latent weights. */
  readonly values: Int8Array;
  /** A float32 above zero. */
  readonly scale: number;
}

/** No layer's scale is below this, the least normal float32: the gradient divides by it. */
export const SMALLEST_SCALE = 2 ** -126;

/**
 * Stands in for `latent` in a computation whose result is then multiplied by `scale`.
 *
 * @param latent the trained weights; only their shape and their gradient matter here
 * @param values what the forward pass uses, in the order of the latent weights
 */
export function straightThrough(latent: tf.Tensor, values: Float32Array, scale: number): tf.Tensor {
  const replace = tf.customGrad((input) => ({
    value: tf.tensor(values, (input as tf.Tensor).shape, 'float32'),
    // The product rule put one factor of scale into dy; the scaled weight's gradient has none.
    gradFunc: (dy) => tf.div(dy, scale),
  }));
  return replace(latent);
}
