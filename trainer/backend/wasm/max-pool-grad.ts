import * as tf from '../../tensorflow/index.js';
import type { Shape4D } from './convolution-shape.js';
import { floats, type KernelCall } from './heap.js';

interface PoolingAttributes {
  filterSize: [number, number] | number;
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * Computes the gradient of max-pooling: each window's gradient goes to the first of its largest values in
 * row-major order, as in TensorFlow's native kernel. Binary activations often have several equal values in a
 * window.
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
  // The indices of the window's values of channel 0.
  const window = new Int32Array(filterHeight * filterWidth);
  for (let image = 0, out = 0; image < batchSize; image++)
    for (let outY = 0; outY < outHeight; outY++) {
      const top = outY * strideHeight - padInfo.top;
      for (let outX = 0; outX < outWidth; outX++, out += channels) {
        const left = outX * strideWidth - padInfo.left;
        let count = 0;
        for (let y = Math.max(0, top); y < Math.min(inHeight, top + filterHeight); y++)
          for (let x = Math.max(0, left); x < Math.min(inWidth, left + filterWidth); x++)
            window[count++] = ((image * inHeight + y) * inWidth + x) * channels;
        for (let c = 0; c < channels; c++) {
          const maximum = maxima[out + c];
          let first = 0;
          // Backward, so that the first one remains; with bits instead of an `if`, which no processor can predict.
          for (let i = count - 1; i >= 0; i--) {
            const other = -+(input[window[i] + c] !== maximum);
            first = (first & other) | (window[i] & ~other);
          }
          dx[first + c] += dy[out + c];
        }
      }
    }
}
