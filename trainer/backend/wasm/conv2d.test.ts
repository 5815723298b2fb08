import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Int8Conv2D } from '../../layers/index.js';
import * as tf from '../../tensorflow/index.js';
import { computeOn, randomValues, relativeError } from '../testing.js';

interface Shape {
  input: [number, number, number];
  kernel: [number, number];
  strides: [number, number];
  filters: number;
}

const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
const shapes: fc.Arbitrary<Shape> = fc.record({
  input: fc.tuple(pair(9), fc.integer({ min: 1, max: 3 })).map(([size, channels]): Shape['input'] => {
    return [...size, channels];
  }),
  kernel: pair(4),
  strides: pair(5),
  filters: fc.integer({ min: 1, max: 3 }),
});

const xOf = ({ input }: Shape) => tf.tensor4d(randomValues(tf.util.sizeFromShape(input), 1), [1, ...input]);
const kernelOf = ({ kernel, input: [, , channels], filters }: Shape) => {
  const shape: [number, number, number, number] = [...kernel, channels, filters];
  return tf.tensor4d(randomValues(tf.util.sizeFromShape(shape), 2), shape);
};

/** Computes a convolution with padding 'same' by its definition. */
function defined({ input: [height, width, channels], kernel, strides, filters }: Shape): Float64Array {
  const x = randomValues(height * width * channels, 1);
  const weights = randomValues(kernel[0] * kernel[1] * channels * filters, 2);
  const outputs = [Math.ceil(height / strides[0]), Math.ceil(width / strides[1])];
  const before = [height, width].map((size, axis) =>
    Math.floor(Math.max(0, (outputs[axis] - 1) * strides[axis] + kernel[axis] - size) / 2),
  );
  const sums = new Float64Array(outputs[0] * outputs[1] * filters);
  sums.forEach((_, i) => {
    const [f, pixel] = [i % filters, Math.floor(i / filters)];
    const [top, left] = [Math.floor(pixel / outputs[1]), pixel % outputs[1]];
    for (let ky = 0; ky < kernel[0]; ky++)
      for (let kx = 0; kx < kernel[1]; kx++)
        for (let c = 0; c < channels; c++) {
          const [y, x0] = [top * strides[0] - before[0] + ky, left * strides[1] - before[1] + kx];
          if (y < 0 || y >= height || x0 < 0 || x0 >= width) continue;
          sums[i] +=
            x[(y * width + x0) * channels + c] *
            weights[((ky * kernel[1] + kx) * channels + c) * filters + f];
        }
  });
  return sums;
}

const gapped: Shape = { input: [8, 8, 1], kernel: [2, 2], strides: [4, 4], filters: 2 };

it("convolves with padding 'same', windows that end before the border included", async () => {
  const check = async (shape: Shape) => {
    const [plain, fused] = await computeOn('wasm', () => [
      tf.conv2d(xOf(shape), kernelOf(shape), shape.strides, 'same'),
      tf.fused.conv2d({ x: xOf(shape), filter: kernelOf(shape), strides: shape.strides, pad: 'same' }),
    ]);
    expect(relativeError(plain, defined(shape))).toBeLessThan(1e-5);
    expect(relativeError(fused, defined(shape))).toBeLessThan(1e-5);
  };
  await check(gapped);
  await fc.assert(fc.asyncProperty(shapes, check), { numRuns: 100 });
});

it('gives layers with such windows a value and a gradient', async () => {
  const [value, gradient] = await computeOn('wasm', () => {
    const layer = new Int8Conv2D({ filters: 2, kernelSize: 2, strides: 4, padding: 'same', seed: 1 });
    const x = tf.fill([1, 8, 8, 1], 100);
    const output = layer.apply(x) as tf.Tensor;
    return [output, tf.grad((input: tf.Tensor) => tf.sum(layer.apply(input) as tf.Tensor))(x)];
  });
  expect(value.every((sum) => sum !== 0)).toBe(true);
  expect(gradient.filter((slope) => slope !== 0)).toHaveLength(2 * 2 * 4);
});
