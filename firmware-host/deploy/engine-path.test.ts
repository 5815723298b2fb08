import { boardEngineWasm, engineWasm, NATIVE_KERNELS } from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';
import { expect, test } from 'vitest';
import { boardEngine } from '../../sdk/testing/board-engine.js';
import { digestOf } from '../link/digest.js';
import { activePath, bestPath, engineOf } from './engine-path.js';

test('selects native kernels if the board has their version', () => {
  expect(bestPath({ kernels: 0 })).toBe('interpreted');
  expect(bestPath({ kernels: NATIVE_KERNELS })).toBe('native kernels');
  expect(bestPath({ kernels: NATIVE_KERNELS + 1 })).toBe('interpreted');
});

test('identifies an engine by its digest, and a built-in one by the missing interpreter', async () => {
  const interpreter = 'wasm3';
  for (const path of ['interpreted', 'native kernels'] as const) {
    const engineDigest = digestOf(await engineOf(path));
    expect(await activePath({ engineDigest, interpreter })).toBe(path);
    expect(await activePath({ engineDigest, interpreter: '' })).toBe('compiled');
  }
  expect(await activePath({ engineDigest: new Uint8Array(32), interpreter })).toBe(null);
});

test('only the board build has imports, and it stays below the same address', async () => {
  const imports = async (wasm: BufferSource) =>
    WebAssembly.Module.imports(await WebAssembly.compile(wasm)).map(
      ({ module, name }) => `${module}.${name}`,
    );
  expect(await imports(await engineWasm())).toEqual([]);
  expect((await imports(await boardEngineWasm())).sort()).toEqual([
    'board.anyBits',
    'board.checksum',
    'board.copy',
    'board.inRange',
    'board.largestMagnitude',
    'board.layer',
  ]);
  const { wasm } = await boardEngine();
  expect(wasm.staticEnd()).toBeLessThanOrEqual(layout.ENGINE_STATIC_BYTES);
});
