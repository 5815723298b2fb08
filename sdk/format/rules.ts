import { ModelError } from './model-error.js';

/** Rejects the buffer with a number if a rule does not hold. */
export type Check = (rule: boolean, number: number, detail?: string) => asserts rule;

/**
 * Checks a rule of the format.
 *
 * @param op the op that the rule is about; undefined for the whole file
 * @throws {ModelError} if the rule does not hold
 */
export function require(rule: boolean, number: number, op?: number, detail?: string): asserts rule {
  if (!rule) throw new ModelError(number, op, detail);
}
