/** For tests: which backend is on, and the same computation on both. */

import type { TestContext } from 'vitest';
import * as tf from '../tensorflow/index.js';
import { type BackendName, selectBackend } from './index.js';

/**
 * Selects the backend that the tests of a file run on, the fastest that loads or what `BD_EDGE_BACKEND` says:
 * `const backend = await testBackend();` at the top of the file.
 */
export async function testBackend(): Promise<BackendName> {
  return (await selectBackend()).name;
}

/**
 * Skips the test where the native backend does not load; fails it on a build server (`CI=true`), where a skipped
 * test would go unseen.
 */
export async function requireNative(context: TestContext): Promise<void> {
  try {
    await selectBackend({ backend: 'native' });
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    context.skip('needs the native library: `npm run setup:tfjs-node`');
  }
}

/** The tensors that a computation on a backend gives, as numbers. The computation makes its tensors itself. */
export async function computeOn(
  backend: BackendName,
  compute: () => tf.Tensor | tf.Tensor[],
): Promise<Float32Array[]> {
  await selectBackend({ backend });
  return tf.tidy(() => [compute()].flat().map((tensor) => Float32Array.from(tensor.dataSync())));
}

/** The largest difference, as a share of the largest expected value. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 1e-30;
  for (let i = 0; i < actual.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  // NaN must not pass a `toBeLessThan`: Math.max keeps it, and the comparison fails.
  return difference / scale;
}

/** Numbers in [-1, 1), the same ones for the same seed (mulberry32). */
export function randomValues(count: number, seed: number): Float32Array {
  let state = seed | 0;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
}
