import * as tf from '@tensorflow/tfjs';
import type { Shape4D } from './convolution-shape.js';
import { floats, type KernelCall } from './heap.js';

interface PoolingAttributes {
  filterSize: [number, number] | number;
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The gradient of max-pooling: each window's gradient goes to its largest value, and to the first of them in
 * row-major order where several are equal, as TensorFlow's native kernel does it. Equal values are the rule, not
 * the exception, over binary activations.
 */
export function maxPoolGrad({
  inputs: { dy, input, output },
  attrs: { filterSize, strides, pad, dimRoundingMode },
  backend,
}: KernelCall<'dy' | 'input' | 'output', PoolingAttributes>): tf.TensorInfo {
  const shape = tf.backend_util.computePool2DInfo(
    input.shape as Shape4D,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const dx = backend.makeOutput(input.shape, 'float32');
  const [values, maxima, gradient] = [input, output, dy].map((tensor) => floats(backend, tensor));
  scatter(values, maxima, gradient, floats(backend, dx), shape);
  return dx;
}

function scatter(
  input: Float32Array,
  maxima: Float32Array,
  dy: Float32Array,
  dx: Float32Array,
  shape: tf.backend_util.Conv2DInfo,
): void {
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth } = shape;
  const { strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = shape;
  dx.fill(0);
  let out = 0;
  for (let image = 0; image < batchSize; image++)
    for (let outY = 0; outY < outHeight; outY++) {
      const top = outY * strideHeight - padInfo.top;
      const firstY = Math.max(0, top);
      const lastY = Math.min(inHeight, top + filterHeight) - 1;
      for (let outX = 0; outX < outWidth; outX++) {
        const left = outX * strideWidth - padInfo.left;
        const firstX = Math.max(0, left);
        const lastX = Math.min(inWidth, left + filterWidth) - 1;
        for (let c = 0; c < channels; c++, out++) {
          const maximum = maxima[out];
          let first = 0;
          // Last one first, so that the first one stays; bits instead of an `if`, which no processor can predict.
          for (let y = lastY; y >= firstY; y--) {
            let at = ((image * inHeight + y) * inWidth + lastX) * channels + c;
            for (let x = lastX; x >= firstX; x--, at -= channels) {
              const other = -+(input[at] !== maximum);
              first = (first & other) | (at & ~other);
            }
          }
          dx[first] += dy[out];
        }
      }
    }
}
