import type { Backend, BackendName } from './backend.js';
import { BackendUnavailableError, NoBackendError, UnknownBackendError } from './errors.js';
import { loadNative } from './native/index.js';
import { reason, remedy } from './remedy.js';
import { loadWasm } from './wasm/index.js';

export type { Backend, BackendName } from './backend.js';
export * from './errors.js';
export type { FusedBatchNorm } from './native/fused-batch-norm.js';
export { inStep, type Precision, requirePrecision, stepPrecision } from './precision.js';
export { stepBatchNorm } from './step-batch-norm.js';
export { stepRounding } from './step-rounding.js';
export { stepStaircase } from './step-staircase.js';

const load: Record<BackendName, () => Promise<Backend>> = { native: loadNative, wasm: loadWasm };

function parseName(name: string): BackendName {
  if (name !== 'native' && name !== 'wasm') throw new UnknownBackendError(name);
  return name;
}

/**
 * Loads the fastest TensorFlow.js backend there is and makes it the one in use: the native library
 * (`@tensorflow/tfjs-node`), else WebAssembly. Never the plain JavaScript backend, which is too slow to train with.
 * May be called again, also to change the backend.
 *
 * @param options `backend` forces one; without it the environment's `BD_EDGE_BACKEND` does; without both the
 *   first that loads is taken, and `hint` says why the native one did not and what to do
 * @throws BackendUnavailableError if the backend that was asked for does not load
 * @throws NoBackendError if none loads
 * @throws UnknownBackendError if what was asked for is no backend
 *
 * @example
 * const { description, hint } = await selectBackend();
 */
export async function selectBackend(options: { backend?: BackendName } = {}): Promise<Backend> {
  const asked = options.backend ?? process.env.BD_EDGE_BACKEND;
  if (asked) {
    const name = parseName(asked);
    return load[name]().catch((cause) => {
      throw new BackendUnavailableError(name, cause);
    });
  }
  try {
    return await loadNative();
  } catch (native) {
    const backend = await loadWasm().catch((wasm) => {
      throw new NoBackendError({ native, wasm });
    });
    const hint = `the native library trains faster and does not load (${reason(native)}): ${remedy.native}`;
    return { ...backend, hint };
  }
}
