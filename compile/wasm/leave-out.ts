import { type Function, UNREACHABLE } from './module.js';

/**
 * Replaces every call of some functions by a trap, in all functions that can be reached from `roots`. Code behind a trap
 * may leave anything on the stack, so that the result is valid whatever the functions take and give.
 */
export function leaveOut(unused: ReadonlySet<Function>, roots: Iterable<Function>): void {
  for (const caller of reachable(roots)) {
    caller.body = caller.body.map((part) =>
      typeof part === 'object' && 'call' in part && unused.has(part.call) ? UNREACHABLE : part,
    );
  }
}

/** Some functions and all that they call, in the order in which they are met. */
export function reachable(roots: Iterable<Function>): Set<Function> {
  const found = new Set(roots);
  // A set gives what is added while it is walked, too.
  for (const { body } of found) {
    for (const part of body) if (typeof part === 'object' && 'call' in part) found.add(part.call);
  }
  return found;
}
