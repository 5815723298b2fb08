import { BdEdgeError } from '../../sdk/errors.js';
import type { BackendName } from './backend.js';

/** What to do so that a backend loads. */
const remedy: Record<BackendName, string> = {
  native:
    'run `npm install @tensorflow/tfjs @tensorflow/tfjs-node` (in a checkout of bd-edge `npm run setup:tfjs-node`)',
  wasm: 'run `npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm`',
};

/** One line of an error's message, without the stack and the advice some libraries put into it. */
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .trim()
    .split('\n')[0]
    .replace(/[\s.]+$/, '');

/** The backend that was asked for cannot be loaded. */
export class BackendUnavailableError extends BdEdgeError {
  constructor(
    readonly backend: BackendName,
    cause: unknown,
  ) {
    super(
      `The ${backend} backend was asked for and does not load (${firstLine(cause)}): ${remedy[backend]}.`,
      {
        cause,
      },
    );
  }
}

/** No backend fit for training can be loaded. The plain JavaScript one is a thousand times too slow to offer. */
export class NoBackendError extends BdEdgeError {
  constructor(causes: Record<BackendName, unknown>) {
    super(
      `Training needs a TensorFlow.js backend and none loads (native: ${firstLine(causes.native)}; wasm: ${firstLine(causes.wasm)}): ${remedy.wasm}, or for the fastest one ${remedy.native}.`,
      { cause: causes },
    );
  }
}

/** `BD_EDGE_BACKEND`, or the option, names something else than a backend. */
export class UnknownBackendError extends BdEdgeError {
  constructor(received: string) {
    super(
      `The backend '${received}' does not exist: set BD_EDGE_BACKEND (or the option \`backend\`) to 'native' or 'wasm', or leave it unset for the fastest that loads.`,
    );
  }
}

/** An operation that the wasm backend has no gradient for. */
export class UnsupportedGradientError extends BdEdgeError {}
