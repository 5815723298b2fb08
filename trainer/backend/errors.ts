import { UsageError } from '@bd-edge/sdk/internal';
import type { BackendName } from './backend.js';
import { reason, remedy } from './remedy.js';

/** The backend that was asked for cannot be loaded. */
export class BackendUnavailableError extends UsageError {
  override readonly name = 'BackendUnavailableError';

  constructor(
    readonly backend: BackendName,
    cause: unknown,
  ) {
    super(`The ${backend} backend was asked for and does not load (${reason(cause)}): ${remedy[backend]}.`, {
      cause,
    });
  }
}

/** No backend fit for training can be loaded. The plain JavaScript one is too slow to offer. */
export class NoBackendError extends UsageError {
  override readonly name = 'NoBackendError';

  constructor(causes: Record<BackendName, unknown>) {
    super(
      `Training needs a TensorFlow.js backend and none loads (native: ${reason(causes.native)}; wasm: ${reason(causes.wasm)}): ${remedy.wasm}, or for the fastest one ${remedy.native}.`,
      { cause: causes },
    );
  }
}

/** `BD_EDGE_BACKEND`, or the option, names something else than a backend. */
export class UnknownBackendError extends UsageError {
  override readonly name = 'UnknownBackendError';

  constructor(received: string) {
    super(
      `The backend '${received}' does not exist: set BD_EDGE_BACKEND (or the option \`backend\`) to 'native' or 'wasm', or leave it unset for the fastest that loads.`,
    );
  }
}

/** An operation that the wasm backend has no gradient for. */
export class UnsupportedGradientError extends UsageError {
  override readonly name = 'UnsupportedGradientError';
}

/** A precision that the backend in use does not compute in. */
export class UnsupportedPrecisionError extends UsageError {
  override readonly name = 'UnsupportedPrecisionError';
}
