import { ModelError } from './model-error.js';

/** Refuses the buffer with a code where a rule does not hold. */
export type Check = (rule: boolean, code: number) => asserts rule;

/**
 * @param op the layer that the rule is about, if it is about one
 * @throws {ModelError} where the rule does not hold
 */
export function require(rule: boolean, code: number, op?: number): asserts rule {
  if (!rule) throw new ModelError(code, op);
}
