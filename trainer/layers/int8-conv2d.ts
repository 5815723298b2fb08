/**
 * A convolution with int8 weights: y = s * (x * q) (quantizers/int8-weights.ts).
 *
 * As the first layer it reads raw pixels 0..255. The batch norm behind it absorbs their scale and mean, and a
 * padded pixel is an ordinary black one.
 */

import { int8Weights, type ScaledIntegers } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { QuantizedConv2D } from './quantized-conv2d.js';

export class Int8Conv2D extends QuantizedConv2D {
  static className = 'Int8Conv2D';

  protected override quantize(latents: Float32Array): ScaledIntegers {
    return int8Weights(latents);
  }

  /** Returns the weights of an engine: kernel order [height, width, in, out], without a bias. */
  integerWeights(): { values: Int8Array; scale: number; bias: null } {
    return { ...this.quantizedKernel(), bias: null };
  }
}

tf.serialization.registerClass(Int8Conv2D);
