/** Helpers of tests: they select the backend, and run the same computation on both. */
import type { TestContext } from 'vitest';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { type BackendName, selectBackend } from './index.js';

/**
 * Selects the backend for the tests of a file, the one in `BD_EDGE_BACKEND` or the fastest that loads:
 * `const backend = await testBackend();` at the top of the file.
 */
export async function testBackend(): Promise<BackendName> {
  return (await selectBackend()).name;
}

/**
 * Skips the test if the native backend does not load. On a build server (`CI=true`), where nobody would
 * notice a skipped test, the test fails.
 */
export async function requireNative(context: TestContext): Promise<void> {
  try {
    await selectBackend({ backend: 'native' });
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    context.skip('needs the native library: `npm run setup:tfjs-node`');
  }
}

/** Returns the tensors that a computation makes on a backend, as numbers. */
export async function computeOn(
  backend: BackendName,
  compute: () => tf.Tensor | tf.Tensor[],
): Promise<Float32Array[]> {
  await selectBackend({ backend });
  return tf.tidy(() => [compute()].flat().map((tensor) => Float32Array.from(tensor.dataSync())));
}

/** Returns the largest difference, relative to the largest expected value. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 1e-30;
  for (let i = 0; i < actual.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  // Math.max keeps NaN, which then fails `toBeLessThan`.
  return difference / scale;
}

/** Returns numbers in [-1, 1), the same ones for the same seed. */
export function randomValues(count: number, seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: count }, () => 2 * random.next() - 1);
}
