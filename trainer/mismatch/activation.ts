/** The activations that the toy experiment compares, by name: `full`, `binary`, `ternary`, `2-bit`, `3-bit`, `4-bit`. */

import { UsageError } from '@bd-edge/sdk/internal';
import { quantizedActivation, type Surrogate, staircase, thresholdsOf } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';

export interface ToyActivation {
  readonly name: string;
  /** null for full precision: the clipped identity clamp(x, 0, 1). */
  readonly levels: number | null;
  /** One number: the value that `apply` gives for it in float32. */
  at(x: number): number;
  /** Full precision has a gradient of its own and takes no surrogate. */
  apply(x: tf.Tensor, surrogate: Surrogate): tf.Tensor;
}

export class UnknownActivationError extends UsageError {
  override readonly name = 'UnknownActivationError';
}

const FULL: ToyActivation = {
  name: 'full',
  levels: null,
  at: (x) => (x <= 0 ? 0 : x >= 1 ? 1 : x),
  apply: (x) => tf.clipByValue(x, 0, 1),
};

const LEVELS: Record<string, number> = { binary: 2, ternary: 3, '2-bit': 4, '3-bit': 8, '4-bit': 16 };

export const TOY_ACTIVATIONS: readonly string[] = [FULL.name, ...Object.keys(LEVELS)];

/** @throws UnknownActivationError */
export function activationNamed(name: string): ToyActivation {
  if (name === FULL.name) return FULL;
  if (!Object.hasOwn(LEVELS, name)) {
    throw new UnknownActivationError(
      `There is no activation "${name}"; there are: ${TOY_ACTIVATIONS.join(', ')}.`,
    );
  }
  const stairs = staircase(LEVELS[name]);
  const thresholds = thresholdsOf(stairs);
  const values = Float32Array.from({ length: LEVELS[name] }, (_, level) => level / stairs.steps);
  return {
    name,
    levels: LEVELS[name],
    at(x) {
      let level = 0;
      while (level < thresholds.length && x >= thresholds[level]) level++;
      return values[level];
    },
    apply: (x, surrogate) => quantizedActivation(x, stairs, surrogate),
  };
}
