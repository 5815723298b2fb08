import util from 'node:util';

/**
 * Restores the functions of Node's `util` that tfjs-node 4.22 calls at every operation. Node 22 prints a
 * deprecation warning for them, and Node 23 removed them. Must run before tfjs-node is loaded.
 */
export function restoreLegacyUtil(): void {
  Object.assign(util, {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
}
