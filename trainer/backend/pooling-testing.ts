/** Helpers of tests of max-pooling: random cases, and the gradient by its definition. */
import * as tf from '../tensorflow/index.js';
import { randomValues } from './testing.js';
import type { Shape4D } from './wasm/convolution-shape.js';

export interface Pooling {
  input: Shape4D;
  window: [number, number];
  strides: [number, number];
  pad: 'same' | 'valid';
  levels: number;
  seed: number;
}

/** Returns values of few levels, so that maxima are rarely unique, and the gradient of the output. */
export function tensors({ input, window, strides, pad, levels, seed }: Pooling) {
  const { outShape } = tf.backend_util.computePool2DInfo(input, window, strides, 1, pad);
  const values = randomValues(tf.util.sizeFromShape(input), seed).map((v) => Math.floor(v * levels) / levels);
  const dy = randomValues(tf.util.sizeFromShape(outShape), seed + 1);
  return { x: tf.tensor4d(values, input), dy: tf.tensor4d(dy, outShape as Shape4D) };
}

export function gradient(pooling: Pooling): tf.Tensor {
  const { x, dy } = tensors(pooling);
  const { window, strides, pad } = pooling;
  return tf.grad((x) => tf.maxPool(x as tf.Tensor4D, window, strides, pad))(x, dy);
}

/**
 * Returns the gradient by the definition: each window's goes to the first of its largest values in row-major
 * order.
 */
export function defined(
  { input, window, strides, pad }: Pooling,
  x: Float32Array,
  dy: Float32Array,
): Float32Array {
  const info = tf.backend_util.computePool2DInfo(input, window, strides, 1, pad);
  const [batch, height, width, channels] = input;
  const dx = new Float32Array(x.length);
  for (let n = 0; n < batch; n++)
    for (let outY = 0; outY < info.outHeight; outY++)
      for (let outX = 0; outX < info.outWidth; outX++)
        for (let c = 0; c < channels; c++) {
          const seen: number[] = [];
          for (let windowY = 0; windowY < window[0]; windowY++)
            for (let windowX = 0; windowX < window[1]; windowX++) {
              const y = outY * strides[0] + windowY - info.padInfo.top;
              const xAt = outX * strides[1] + windowX - info.padInfo.left;
              if (y >= 0 && y < height && xAt >= 0 && xAt < width)
                seen.push(((n * height + y) * width + xAt) * channels + c);
            }
          const maximum = Math.max(...seen.map((at) => x[at]));
          const first = seen.find((at) => x[at] === maximum) as number;
          dx[first] += dy[((n * info.outHeight + outY) * info.outWidth + outX) * channels + c];
        }
  return dx;
}
