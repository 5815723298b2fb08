import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { engineWasm } from './wasm.js';

test('mvp is small enough for a board and has no vector instructions', async () => {
  const mvp = await engineWasm('mvp');
  expect(mvp.length).toBeLessThan(10 * 1024);
  expect(gzipSync(mvp, { level: 9 }).length).toBeLessThan(5.5 * 1024);
  expect(mvp.length).toBeLessThan((await engineWasm('simd')).length);
});
