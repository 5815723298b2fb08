import { BdEdgeError } from '../errors.js';

/** Runs a function that must throw a {@link BdEdgeError}, and returns the error. */
export function thrown(run: () => unknown): BdEdgeError {
  try {
    run();
  } catch (error) {
    return checked(error);
  }
  throw new Error('nothing was thrown');
}

/** Waits for a promise that must reject with a {@link BdEdgeError}, and returns the error. */
export async function rejection(promise: Promise<unknown>): Promise<BdEdgeError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (!outcome) throw new Error('the promise was fulfilled');
  return checked(outcome.error);
}

/** Returns the `code` of the {@link BdEdgeError} that a function throws. */
export const codeOf = (run: () => unknown): string => thrown(run).code;

function checked(error: unknown): BdEdgeError {
  if (error instanceof BdEdgeError) return error;
  throw error;
}
