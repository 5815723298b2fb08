/** The surrogates by name. docs/surrogates.md shows them. */
import { UsageError } from '@bd-edge/sdk/internal';
import { APPROX_SIGN } from './approx-sign.js';
import { POLYNOMIAL } from './polynomial.js';
import { RELU1 } from './relu1.js';
import { STEEP } from './steep.js';
import type { Surrogate } from './surrogate.js';
import { SWISH_SIGN } from './swish-sign.js';

export { overSteps, type StepSurrogate, type Surrogate } from './surrogate.js';
export { APPROX_SIGN, POLYNOMIAL, RELU1, STEEP, SWISH_SIGN };

export const SURROGATES: readonly Surrogate[] = [RELU1, STEEP, SWISH_SIGN, POLYNOMIAL, APPROX_SIGN];

export const SURROGATE_NAMES: readonly string[] = SURROGATES.map(({ name }) => name);

/** @throws {UsageError} with code `unknown-surrogate` */
export function surrogateNamed(name: string): Surrogate {
  const found = SURROGATES.find((surrogate) => surrogate.name === name);
  if (found) return found;
  throw new UsageError(
    'unknown-surrogate',
    `Unknown surrogate "${name}"; expected one of ${SURROGATE_NAMES.join(', ')}.`,
    { received: name, expected: SURROGATE_NAMES },
  );
}
