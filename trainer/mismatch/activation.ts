/** The activations of the toy experiment: `full`, `binary`, `ternary`, `2-bit`, `3-bit`, `4-bit`. */
import { UsageError } from '@bd-edge/sdk/internal';
import { quantizedActivation, type Surrogate, staircase, thresholdsOf } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';

export interface ToyActivation {
  readonly name: string;
  /** The number of levels; null for full precision, the clipped identity clamp(x, 0, 1). */
  readonly levels: number | null;
  /** Returns the value that `apply` gives for one number in float32. */
  at(x: number): number;
  /** Applies the activation. Full precision ignores the surrogate, since it has a gradient. */
  apply(x: tf.Tensor, surrogate: Surrogate): tf.Tensor;
}

const FULL: ToyActivation = {
  name: 'full',
  levels: null,
  at: (x) => Math.min(Math.max(x, 0), 1),
  apply: (x) => tf.clipByValue(x, 0, 1),
};

const LEVELS: Record<string, number> = { binary: 2, ternary: 3, '2-bit': 4, '3-bit': 8, '4-bit': 16 };

export const TOY_ACTIVATIONS: readonly string[] = [FULL.name, ...Object.keys(LEVELS)];

/** @throws {UsageError} with code `unknown-activation` */
export function activationNamed(name: string): ToyActivation {
  if (name === FULL.name) return FULL;
  if (!Object.hasOwn(LEVELS, name)) {
    throw new UsageError(
      'unknown-activation',
      `Unknown activation "${name}"; expected one of ${TOY_ACTIVATIONS.join(', ')}.`,
      { received: name, expected: TOY_ACTIVATIONS },
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
