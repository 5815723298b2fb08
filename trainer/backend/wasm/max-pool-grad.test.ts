import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeOn, randomValues, requireNative } from '../testing.js';
import type { Shape4D } from './convolution-shape.js';

interface Pooling {
  input: Shape4D;
  window: [number, number];
  strides: [number, number];
  pad: 'same' | 'valid';
  levels: number;
  seed: number;
}

const size = (max: number) => fc.integer({ min: 1, max });

const poolings: fc.Arbitrary<Pooling> = fc
  .record({
    image: fc.tuple(size(3), size(9), size(9), size(5)),
    window: fc.tuple(size(4), size(4)),
    strides: fc.tuple(size(3), size(3)),
    pad: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
    levels: fc.constantFrom(1, 2, 3, 1000),
    seed: fc.integer(),
  })
  .map(({ image: [batch, height, width, channels], window, ...rest }) => ({
    input: [batch, height + window[0] - 1, width + window[1] - 1, channels] as Shape4D,
    window,
    ...rest,
  }));

/** Values of few levels, so that a window's maximum is rarely alone, and the output's gradient. */
function tensors({ input, window, strides, pad, levels, seed }: Pooling) {
  const { outShape } = tf.backend_util.computePool2DInfo(input, window, strides, 1, pad);
  const values = randomValues(tf.util.sizeFromShape(input), seed).map((v) => Math.floor(v * levels) / levels);
  const dy = randomValues(tf.util.sizeFromShape(outShape), seed + 1);
  return { x: tf.tensor4d(values, input), dy: tf.tensor4d(dy, outShape as Shape4D) };
}

function gradient(pooling: Pooling): tf.Tensor {
  const { x, dy } = tensors(pooling);
  const { window, strides, pad } = pooling;
  return tf.grad((x) => tf.maxPool(x as tf.Tensor4D, window, strides, pad))(x, dy);
}

/** Each window's gradient to the first of its largest values in row-major order, by the definition. */
function defined({ input, window, strides, pad }: Pooling, x: Float32Array, dy: Float32Array): Float32Array {
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

const closeTo = (expected: Float32Array) => Array.from(expected, (value) => expect.closeTo(value, 5));

describe('the gradient of max-pooling on wasm', () => {
  it('goes to the first of the largest values', async () => {
    await fc.assert(
      fc.asyncProperty(poolings, async (pooling) => {
        const [dx] = await computeOn('wasm', () => gradient(pooling));
        const [x, dy] = await computeOn('wasm', () => Object.values(tensors(pooling)));
        expect([...dx]).toEqual(closeTo(defined(pooling, x, dy)));
      }),
      { numRuns: 100 },
    );
  });

  it('goes where the native backend sends it', async (context) => {
    await requireNative(context);
    await fc.assert(
      fc.asyncProperty(poolings, async (pooling) => {
        const [wasm] = await computeOn('wasm', () => gradient(pooling));
        const [native] = await computeOn('native', () => gradient(pooling));
        expect([...wasm]).toEqual(closeTo(native));
      }),
      { numRuns: 100 },
    );
  });
});
