/** Helpers of tests: they compare a surrogate's slope with finite differences of its value. */
import { expect } from 'vitest';
import * as tf from '../../tensorflow/index.js';
import { quantizedActivation } from '../quantized-activation.js';
import { type Staircase, staircase } from '../staircase.js';
import type { Surrogate } from './surrogate.js';

const NUDGE = 1e-5;

/** Returns S'(x) from the gradient of the activation. */
export function slopes(surrogate: Surrogate, xs: number[], stairs = staircase(2)): number[] {
  return tf.tidy(() => {
    const gradient = tf.grad((x) => quantizedActivation(x, stairs, surrogate))(tf.tensor1d(xs));
    return Array.from(gradient.dataSync());
  });
}

/** Checks staircases from 1 to 4 bits, a ternary one and a shifted one, away from the corners of S. */
export function expectSlopeOfItsValue(surrogate: Surrogate): void {
  const shifted: Staircase = { steps: 1, first: 0.75 };
  for (const stairs of [...[2, 3, 4, 8, 16].map(staircase), shifted]) {
    // An irrational offset meets no corner, since corners are at rational places.
    const xs = Array.from({ length: 400 }, (_, i) => Math.fround(-1 + i * 0.0075 + Math.SQRT2 / 1000));
    const expected = xs.map(
      (x) => (surrogate.value(x + NUDGE, stairs) - surrogate.value(x - NUDGE, stairs)) / (2 * NUDGE),
    );
    slopes(surrogate, xs, stairs).forEach((slope, i) => {
      expect(Math.abs(slope - expected[i]), `S'(${xs[i]}) of ${stairs.steps} steps`).toBeLessThan(2e-3);
    });
  }
}

/** Checks that S goes from 0, far below the thresholds, to 1, far above. */
export function expectRiseFromZeroToOne(surrogate: Surrogate): void {
  for (const levels of [2, 3, 16]) {
    expect(surrogate.value(-20, staircase(levels))).toBeCloseTo(0, 6);
    expect(surrogate.value(20, staircase(levels))).toBeCloseTo(1, 6);
  }
}
