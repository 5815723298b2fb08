import { type Function, UNREACHABLE } from './module.js';

/**
 * Replaces every call of the unused functions by a trap, in all functions that are reachable from `roots`. Code after a
 * trap may leave any values on the stack, so the result is valid for all signatures.
 */
export function leaveOut(unused: ReadonlySet<Function>, roots: Iterable<Function>): void {
  for (const caller of reachable(roots)) {
    caller.body = caller.body.map((part) =>
      typeof part === 'object' && 'call' in part && unused.has(part.call) ? UNREACHABLE : part,
    );
  }
}

/** Returns some functions and all functions that they call, in the order in which they are found. */
export function reachable(roots: Iterable<Function>): Set<Function> {
  const found = new Set(roots);
  // Iteration over a set includes elements that are added meanwhile.
  for (const { body } of found) {
    for (const part of body) if (typeof part === 'object' && 'call' in part) found.add(part.call);
  }
  return found;
}
