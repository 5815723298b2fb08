import { beforeEach, expect, it, vi } from 'vitest';
import { BackendUnavailableError, NoBackendError, selectBackend } from './index.js';
import { loadNative } from './native/index.js';
import { requireNative } from './testing.js';
import { loadWasm } from './wasm/index.js';

vi.mock(import('./native/index.js'));
vi.mock(import('./wasm/index.js'));

beforeEach(() => {
  vi.stubEnv('BD_EDGE_BACKEND', undefined);
  vi.mocked(loadNative).mockRejectedValue(new Error('Cannot find module.\nLong advice follows'));
  vi.mocked(loadWasm).mockResolvedValue({ name: 'wasm', description: 'WebAssembly' });
});

it('falls back to wasm, and says why and what to do', async () => {
  expect(await selectBackend()).toEqual({
    name: 'wasm',
    description: 'WebAssembly',
    hint: 'the native library trains faster and does not load (Cannot find module): run `npm install @tensorflow/tfjs @tensorflow/tfjs-node` (in a checkout of bd-edge `npm run setup:tfjs-node`)',
  });
});

it('does not fall back from what was asked for', async () => {
  await expect(selectBackend({ backend: 'native' })).rejects.toThrow(BackendUnavailableError);
});

it('falls back to nothing else', async () => {
  vi.mocked(loadWasm).mockRejectedValue(new Error('no WebAssembly'));
  await expect(selectBackend()).rejects.toThrow(NoBackendError);
});

it('a test that needs the native backend is skipped, and fails on a build server', async (context) => {
  const skip = vi.fn();
  vi.stubEnv('CI', undefined);
  await requireNative({ ...context, skip } as never);
  expect(skip).toHaveBeenCalledWith('needs the native library: `npm run setup:tfjs-node`');
  vi.stubEnv('CI', 'true');
  await expect(requireNative(context)).rejects.toThrow(BackendUnavailableError);
});
