import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { engineWasm } from './wasm.js';

test('mvp stays small enough for a board, and free of vectors', async () => {
  const mvp = await engineWasm('mvp');
  expect(mvp.length).toBeLessThan(8 * 1024);
  expect(gzipSync(mvp, { level: 9 }).length).toBeLessThan(4.5 * 1024);
  expect(mvp.length).toBeLessThan((await engineWasm('simd')).length);
});
