/** The errors of backends, each thrown in more than one place. */
import { MissingDependencyError, UsageError } from '@bd-edge/sdk/internal';
import type { BackendName } from './backend.js';

/** The package that each backend comes in. */
export const PACKAGES: Record<BackendName, string> = {
  native: '@tensorflow/tfjs-node',
  wasm: '@tensorflow/tfjs-backend-wasm',
};

/** Returns why something failed in one line, without the stack and the advice that some libraries add. */
export function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Node adds the path of the file that imports it.
  const missing = /^Cannot find package '([^']+)'/.exec(message)?.[1];
  if (missing !== undefined) return `${missing} is not installed`;
  return message
    .trim()
    .split('\n')[0]
    .replace(/[\s.]+$/, '');
}

/** The error for a backend that was requested and cannot be loaded. */
export function backendUnavailable(backend: BackendName, cause: unknown): MissingDependencyError {
  const dependency = PACKAGES[backend];
  const message = `The ${backend} backend does not load: ${reason(cause)}; install ${dependency}.`;
  return new MissingDependencyError(dependency, message, { cause });
}

/**
 * The error for a machine on which no backend can be loaded. The plain JavaScript one is too slow to offer.
 */
export function noBackend(causes: Record<BackendName, unknown>): MissingDependencyError {
  const reasons = `native: ${reason(causes.native)}; wasm: ${reason(causes.wasm)}`;
  const message = `No TensorFlow.js backend loads (${reasons}); install ${PACKAGES.wasm}, or ${PACKAGES.native}, which is faster.`;
  return new MissingDependencyError(PACKAGES.wasm, message, { cause: causes });
}

/** The error for an operation whose gradient a backend cannot compute. */
export function unsupportedGradient(message: string): UsageError {
  return new UsageError('unsupported-gradient', message);
}
