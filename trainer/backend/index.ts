import { UsageError } from '@bd-edge/sdk/internal';
import type { Backend, BackendName } from './backend.js';
import { backendUnavailable, noBackend, PACKAGES, reason } from './errors.js';
import { loadNative } from './native/index.js';
import { loadWasm } from './wasm/index.js';

export type { Backend, BackendName } from './backend.js';
export type { FusedBatchNorm } from './native/fused-batch-norm.js';
export { inStep, type Precision, requirePrecision, stepPrecision } from './precision.js';
export { requireTrainableLayers } from './requirements.js';
export { stepBatchNorm } from './step-batch-norm.js';
export { stepRounding } from './step-rounding.js';
export { stepStaircase } from './step-staircase.js';

const load: Record<BackendName, () => Promise<Backend>> = { native: loadNative, wasm: loadWasm };

function parseName(received: string): BackendName {
  if (received === 'native' || received === 'wasm') return received;
  throw new UsageError(
    'unknown-backend',
    `Unknown backend "${received}"; expected native or wasm. Leave BD_EDGE_BACKEND unset for the fastest that loads.`,
    { received, expected: ['native', 'wasm'] },
  );
}

/**
 * Loads the fastest available TensorFlow.js backend and makes it the one in use: the native library
 * (`@tensorflow/tfjs-node`), or else WebAssembly. It never selects the plain JavaScript backend, which is too
 * slow to train with. It may be called again, also to change the backend.
 *
 * The option `backend` forces a backend; without it, the environment variable `BD_EDGE_BACKEND` does. Without
 * both, the first that loads is taken, and `hint` names the reason why the native one did not load.
 *
 * @throws {MissingDependencyError} if the requested backend cannot be loaded, or none can
 * @throws {UsageError} with code `unknown-backend`
 *
 * @example
 * const { description, hint } = await selectBackend();
 */
export async function selectBackend(options: { backend?: BackendName } = {}): Promise<Backend> {
  const requested = options.backend ?? process.env.BD_EDGE_BACKEND;
  if (requested) {
    const name = parseName(requested);
    return load[name]().catch((cause) => {
      throw backendUnavailable(name, cause);
    });
  }
  try {
    return await loadNative();
  } catch (native) {
    const backend = await loadWasm().catch((wasm) => {
      throw noBackend({ native, wasm });
    });
    const missingDependency = PACKAGES.native;
    const hint = `the native backend, which trains faster, does not load (${reason(native)}): install ${missingDependency}`;
    return { ...backend, hint, missingDependency };
  }
}
