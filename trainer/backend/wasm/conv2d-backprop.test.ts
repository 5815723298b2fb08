import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, rejection } from '../../../sdk/testing/throws.js';
import * as tf from '../../tensorflow/index.js';
import { computeOn, randomValues, relativeError, requireNative } from '../testing.js';
import type { Shape4D } from './convolution-shape.js';

interface Convolution {
  input: Shape4D;
  filter: Shape4D;
  strides: [number, number];
  pad: 'same' | 'valid' | tf.backend_util.ExplicitPadding;
  seed: number;
}

const size = (max: number) => fc.integer({ min: 1, max });

const convolutions = (pad: fc.Arbitrary<Convolution['pad']>): fc.Arbitrary<Convolution> =>
  fc
    .record({
      image: fc.tuple(size(3), size(11), size(11), size(6)),
      kernel: fc.tuple(size(5), size(5), size(7)),
      strides: fc.tuple(size(3), size(3)),
      pad,
      seed: fc.integer(),
    })
    .map(({ image: [batch, height, width, inputs], kernel: [rows, columns, outputs], ...rest }) => ({
      ...rest,
      // Never smaller than the filter: a valid convolution has an output then.
      input: [batch, height + rows - 1, width + columns - 1, inputs] as Shape4D,
      filter: [rows, columns, inputs, outputs] as Shape4D,
    }));

/** The example's numbers, made on the backend in use. */
function tensors({ input, filter, strides, pad, seed }: Convolution) {
  const { outShape } = tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad);
  const tensor = (shape: number[], salt: number) =>
    tf.tensor4d(randomValues(tf.util.sizeFromShape(shape), seed + salt), shape as Shape4D);
  return { x: tensor(input, 0), w: tensor(filter, 1), dy: tensor(outShape, 2) };
}

/** Both gradients of a convolution, from the output's gradient. */
function gradients(convolution: Convolution): tf.Tensor[] {
  const { x, w, dy } = tensors(convolution);
  const { strides, pad } = convolution;
  return tf.grads((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad))([x, w], dy);
}

/** sum(dy * conv(x, w)) by the definition, in float64. */
function loss(convolution: Convolution, x: Float64Array, w: Float64Array, dy: ArrayLike<number>): number {
  const { input, filter, strides, pad } = convolution;
  const info = tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  let sum = 0;
  let out = 0;
  for (let n = 0; n < batchSize; n++)
    for (let outY = 0; outY < outHeight; outY++)
      for (let outX = 0; outX < outWidth; outX++, out += outChannels)
        for (let filterY = 0; filterY < filter[0]; filterY++)
          for (let filterX = 0; filterX < filter[1]; filterX++) {
            const y = outY * strides[0] + filterY - padInfo.top;
            const xAt = outX * strides[1] + filterX - padInfo.left;
            if (y < 0 || y >= inHeight || xAt < 0 || xAt >= inWidth) continue;
            for (let i = 0; i < inChannels; i++) {
              const value = x[((n * inHeight + y) * inWidth + xAt) * inChannels + i];
              const weights = ((filterY * filter[1] + filterX) * inChannels + i) * outChannels;
              for (let o = 0; o < outChannels; o++) sum += value * w[weights + o] * dy[out + o];
            }
          }
  return sum;
}

/**
 * The slope of `f` at `values` along one of them; exact, as a convolution is linear in each of its inputs.
 */
function finiteDifference(
  f: (values: Float64Array) => number,
  values: ArrayLike<number>,
  at: number,
): number {
  const shifted = (by: number) => f(Float64Array.from(values, (value, i) => (i === at ? value + by : value)));
  return (shifted(1) - shifted(-1)) / 2;
}

describe('the gradients of a convolution on wasm', () => {
  const margin = fc.tuple(fc.nat(6), fc.nat(6));
  const pads = fc.oneof(
    fc.constantFrom<'same' | 'valid'>('same', 'valid'),
    fc.tuple(margin, margin).map(([y, x]): Convolution['pad'] => [[0, 0], y, x, [0, 0]]),
  );

  it('equal the finite differences of its definition', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions(pads), async (convolution) => {
        const [dx, dw] = await computeOn('wasm', () => gradients(convolution));
        const [x, w, dy] = await computeOn('wasm', () => Object.values(tensors(convolution)));
        const [x64, w64] = [Float64Array.from(x), Float64Array.from(w)];
        for (let probe = 0; probe < 3; probe++) {
          const pixel = (probe * 7919) % x.length;
          expect(dx[pixel]).toBeCloseTo(
            finiteDifference((x) => loss(convolution, x, w64, dy), x, pixel),
            4,
          );
          const weight = (probe * 7919) % w.length;
          expect(dw[weight]).toBeCloseTo(
            finiteDifference((w) => loss(convolution, x64, w, dy), w, weight),
            3,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('equal those of the native backend', async (context) => {
    await requireNative(context);
    await fc.assert(
      fc.asyncProperty(convolutions(fc.constantFrom('same', 'valid')), async (drawn) => {
        const [rows, columns] = drawn.filter;
        const strides: [number, number] = [
          Math.min(drawn.strides[0], rows),
          Math.min(drawn.strides[1], columns),
        ];
        const convolution = { ...drawn, strides };
        const wasm = await computeOn('wasm', () => gradients(convolution));
        const native = await computeOn('native', () => gradients(convolution));
        wasm.forEach((gradient, i) => {
          expect(relativeError(gradient, native[i])).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('are rejected on the native backend where a stride is larger than the kernel, which would crash', async (context) => {
    await requireNative(context);
    const convolution: Convolution = {
      input: [1, 10, 4, 1],
      filter: [1, 1, 1, 2],
      strides: [1, 2],
      pad: 'same',
      seed: 1,
    };
    const error = await rejection(computeOn('native', () => gradients(convolution)));
    expect(error.code).toBe('unsupported-gradient');
  });

  it('free what they allocate', async () => {
    await computeOn('wasm', () => {
      const before = tf.memory().numTensors;
      const heap = (tf.backend() as unknown as { numDataIds(): number }).numDataIds();
      tf.tidy(() => {
        for (const channels of [1, 5])
          gradients({
            input: [2, 6, 6, channels],
            filter: [3, 3, channels, 2],
            strides: [2, 2],
            pad: 'same',
            seed: 1,
          });
      });
      expect(tf.memory().numTensors).toBe(before);
      expect((tf.backend() as unknown as { numDataIds(): number }).numDataIds()).toBe(heap);
      return [];
    });
  });

  it('are rejected for channels first and for dilation', async () => {
    await computeOn('wasm', () => {
      const kernel = tf.getKernel('Conv2DBackpropFilter', 'wasm');
      const image = tf.ones([1, 1, 4, 4]);
      const attrs = { strides: 1, pad: 'same', dataFormat: 'NCHW', filterShape: [3, 3, 1, 1] };
      const run = () => kernel.kernelFunc({ inputs: { x: image, dy: image }, attrs, backend: tf.backend() });
      expect(codeOf(run)).toBe('unsupported-gradient');
      const dilated = (x: tf.Tensor) =>
        tf.conv2d(x as tf.Tensor4D, tf.ones([2, 2, 1, 1]), 1, 'same', 'NHWC', 2);
      expect(() => tf.grad(dilated)(tf.ones([1, 4, 4, 1]))).toThrow();
      return [];
    });
  });
});
