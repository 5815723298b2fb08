import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as tf from '../../tensorflow/index.js';
import { computeOn, randomValues, relativeError } from '../testing.js';

const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
const length = (shape: number[]) => tf.util.sizeFromShape(shape);
const levels = (shape: number[], seed: number) =>
  randomValues(length(shape), seed).map((v) => Math.round(v * 2) / 2);

/** The plain JavaScript backend is the definition of an operation here. */
async function onCpu(compute: () => tf.Tensor): Promise<Float32Array> {
  await tf.setBackend('cpu');
  return tf.tidy(() => Float32Array.from(compute().dataSync()));
}

async function expectSame(compute: () => tf.Tensor): Promise<void> {
  const [wasm] = await computeOn('wasm', compute);
  expect(relativeError(wasm, await onCpu(compute))).toBeLessThan(1e-5);
}

// The plain backend greets whoever uses it.
beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

afterAll(() => {
  vi.restoreAllMocks();
});

describe('the replaced kernels of the wasm backend', () => {
  it('compare like the plain backend', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.boolean(), fc.integer(), async (shape, single, seed) => {
        for (const compare of [tf.greater, tf.greaterEqual, tf.less, tf.lessEqual])
          await expectSame(() => {
            const b = single ? tf.scalar(0.5) : tf.tensor(levels(shape, seed + 1), shape);
            return tf.cast(compare(tf.tensor(levels(shape, seed), shape), b), 'float32');
          });
      }),
      { numRuns: 20 },
    );
  });

  it('compare the cases of the backend’s own kernel', async () => {
    await expectSame(() => tf.cast(tf.greater(tf.ones([3, 2]), tf.tensor1d([0, 1])), 'float32'));
    await expectSame(() => tf.cast(tf.less(tf.tensor1d([1, 2], 'int32'), tf.scalar(2, 'int32')), 'float32'));
    await expectSame(() =>
      tf.cast(tf.logicalAnd(tf.tensor2d([[1], [0]], [2, 1], 'bool'), tf.tensor1d([1, 0], 'bool')), 'float32'),
    );
  });

  it('select values and combine truth values', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer(), async (shape, seed) => {
        const truths = (salt: number) => tf.greater(tf.tensor(levels(shape, seed + salt), shape), 0);
        await expectSame(() => tf.cast(tf.logicalAnd(truths(0), truths(1)), 'float32'));
        await expectSame(() =>
          tf.where(
            truths(0),
            tf.tensor(levels(shape, seed + 2), shape),
            tf.tensor(levels(shape, seed + 3), shape),
          ),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('sum and average over leading axes, and over others', async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.nat(3),
        fc.boolean(),
        fc.integer(),
        async (shape, count, keepDims, seed) => {
          // All of one sign: where values cancel, no share of what is left is a fair measure of float32 sums.
          const values = randomValues(length(shape), seed).map((value) => (seed < 0 ? -1 : 1) * (value + 2));
          const x = () => tf.tensor(values, shape);
          const axes = shape.map((_, axis) => axis);
          for (const axis of [axes.slice(0, count), axes.slice(0, count).reverse(), axes.slice(-count)]) {
            await expectSame(() => tf.sum(x(), axis, keepDims));
            await expectSame(() => tf.mean(x(), axis, keepDims));
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('sum many rows without losing digits', async () => {
    const rows = 20_000;
    const values = () => tf.tensor2d(randomValues(3 * rows, 5), [rows, 3]).add(100);
    await expectSame(() => tf.sum(values(), 0));
    await expectSame(() => tf.mean(values(), 0));
  });

  it('share the values of a clone until both are gone', async () => {
    await computeOn('wasm', () => {
      const tensor = tf.tensor1d([1, 2]);
      const clone = tensor.clone();
      tensor.dispose();
      tf.ones([1000]).dispose();
      expect([...clone.dataSync()]).toEqual([1, 2]);
      return [];
    });
  });

  it('tile', async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }),
        fc.integer(),
        async (shape, reps, seed) => {
          const times = shape.map((_, axis) => reps[axis]);
          await expectSame(() => tf.tile(tf.tensor(randomValues(length(shape), seed), shape), times));
          await expectSame(() => tf.cast(tf.tile(tf.fill(shape, 3, 'int32'), times), 'float32'));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('multiply matrices, transposed or not, one or a stack', async () => {
    const size = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(size, size, size, fc.constantFrom([], [1], [3])),
        fc.boolean(),
        fc.boolean(),
        fc.integer(),
        async ([rows, inner, columns, stack], transposeA, transposeB, seed) => {
          const shapeA = [...stack, ...(transposeA ? [inner, rows] : [rows, inner])];
          const shapeB = [...stack, ...(transposeB ? [columns, inner] : [inner, columns])];
          await expectSame(() => {
            const a = tf.tensor(randomValues(length(shapeA), seed), shapeA);
            return tf.matMul(
              a,
              tf.tensor(randomValues(length(shapeB), seed + 1), shapeB),
              transposeA,
              transposeB,
            );
          });
        },
      ),
      { numRuns: 30 },
    );
  });
});
