import { afterEach, describe, expect, it, vi } from 'vitest';
import * as tf from '../tensorflow/index.js';
import {
  type BackendName,
  BackendUnavailableError,
  NoBackendError,
  selectBackend,
  UnknownBackendError,
} from './index.js';
import { requireNative } from './testing.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('selectBackend', () => {
  it('loads wasm and says what it is', async () => {
    const backend = await selectBackend({ backend: 'wasm' });
    expect(backend.name).toBe('wasm');
    expect(backend.description).toMatch(/^WebAssembly.* \(tfjs-backend-wasm 4\.\d+\)$/);
    expect(tf.getBackend()).toBe('wasm');
  });

  it('loads the native library into the tf that the rest of the trainer imports', async (context) => {
    await requireNative(context);
    const { name, description, hint } = await selectBackend({ backend: 'native' });
    expect(name).toBe('native');
    expect(description).toMatch(/^native TensorFlow \d+\.\d+ \(tfjs-node 4\.\d+\)$/);
    expect(hint).toBeUndefined();
    expect(tf.getBackend()).toBe('tensorflow');
  });

  it('changes the backend when called again, and keeps the tensors', async (context) => {
    await requireNative(context);
    const tensor = tf.tensor1d([1, 2]);
    for (const backend of ['wasm', 'native', 'wasm'] as const) {
      await selectBackend({ backend });
      expect([...tf.add(tensor, 1).dataSync()]).toEqual([2, 3]);
    }
  });

  it('obeys BD_EDGE_BACKEND, and the option before it', async () => {
    vi.stubEnv('BD_EDGE_BACKEND', 'wasm');
    expect((await selectBackend()).name).toBe('wasm');
    vi.stubEnv('BD_EDGE_BACKEND', 'gpu');
    await expect(selectBackend()).rejects.toThrow(UnknownBackendError);
    await expect(selectBackend()).rejects.toThrow("The backend 'gpu' does not exist: set BD_EDGE_BACKEND");
    expect((await selectBackend({ backend: 'wasm' })).name).toBe('wasm');
    await expect(selectBackend({ backend: 'cpu' as BackendName })).rejects.toThrow(UnknownBackendError);
  });
});

describe('the errors', () => {
  const cause = new Error('Cannot find the library.\nLong advice follows');

  it('say in one sentence which backend, why and what to do', () => {
    const error = new BackendUnavailableError('native', cause);
    expect(error).toMatchObject({ name: 'BackendUnavailableError', backend: 'native', cause });
    expect(error.message).toMatchInlineSnapshot(
      `"The native backend was asked for and does not load (Cannot find the library): run \`npm install @tensorflow/tfjs @tensorflow/tfjs-node\` (in a checkout of bd-edge \`npm run setup:tfjs-node\`)."`,
    );
    expect(new NoBackendError({ native: cause, wasm: 'no WebAssembly' }).message).toMatchInlineSnapshot(
      `"Training needs a TensorFlow.js backend and none loads (native: Cannot find the library; wasm: no WebAssembly): run \`npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm\`, or for the fastest one run \`npm install @tensorflow/tfjs @tensorflow/tfjs-node\` (in a checkout of bd-edge \`npm run setup:tfjs-node\`)."`,
    );
  });
});
