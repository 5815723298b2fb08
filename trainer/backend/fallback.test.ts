import { beforeEach, expect, it, vi } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { selectBackend } from './index.js';
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

it('falls back to wasm, with the reason and the package to install', async () => {
  expect(await selectBackend()).toEqual({
    name: 'wasm',
    description: 'WebAssembly',
    hint: expect.stringContaining('(Cannot find module)'),
    missingDependency: '@tensorflow/tfjs-node',
  });
});

it('names a package that is missing without the file that needs it', async () => {
  vi.mocked(loadNative).mockRejectedValue(
    new Error("Cannot find package '@tensorflow/tfjs-node' imported from /home/alice/node_modules/x.js"),
  );
  const { hint } = await selectBackend();
  expect(hint).toContain('@tensorflow/tfjs-node is not installed');
  expect(hint).not.toContain('alice');
});

it('does not fall back from a backend that was requested', async () => {
  const dependency = '@tensorflow/tfjs-node';
  const error = await rejection(selectBackend({ backend: 'native' }));
  expect(error).toMatchObject({ code: 'missing-dependency', dependency });
  expect(error.message).not.toContain('advice');
});

it('has no other fallback', async () => {
  vi.mocked(loadWasm).mockRejectedValue(new Error('no WebAssembly'));
  const dependency = '@tensorflow/tfjs-backend-wasm';
  expect(await rejection(selectBackend())).toMatchObject({ code: 'missing-dependency', dependency });
});

it('requireNative skips a test without the native backend, and fails it on a build server', async (context) => {
  const skip = vi.fn();
  vi.stubEnv('CI', undefined);
  await requireNative({ ...context, skip } as never);
  expect(skip).toHaveBeenCalledWith('needs the native library: `npm run setup:tfjs-node`');
  vi.stubEnv('CI', 'true');
  expect(await rejection(requireNative(context))).toMatchObject({ code: 'missing-dependency' });
});
