import { afterEach, describe, expect, it, vi } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import * as tf from '../tensorflow/index.js';
import { type BackendName, selectBackend } from './index.js';
import { requireNative } from './testing.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('selectBackend', () => {
  it('loads wasm and describes it', async () => {
    const backend = await selectBackend({ backend: 'wasm' });
    expect(backend.name).toBe('wasm');
    expect(backend.description).toMatch(/^WebAssembly.* \(tfjs-backend-wasm 4\.\d+\)$/);
    expect(tf.getBackend()).toBe('wasm');
  });

  it('loads the native library into the tf of the trainer', async (context) => {
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

  it('prefers the option to BD_EDGE_BACKEND', async () => {
    vi.stubEnv('BD_EDGE_BACKEND', 'wasm');
    expect((await selectBackend()).name).toBe('wasm');
    vi.stubEnv('BD_EDGE_BACKEND', 'gpu');
    expect(await rejection(selectBackend())).toMatchObject({ code: 'unknown-backend', received: 'gpu' });
    expect((await selectBackend({ backend: 'wasm' })).name).toBe('wasm');
    const cpu = selectBackend({ backend: 'cpu' as BackendName });
    expect(await rejection(cpu)).toMatchObject({ code: 'unknown-backend', received: 'cpu' });
  });
});
