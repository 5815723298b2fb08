import { readFileSync } from 'node:fs';
import { wasmSubset } from '@bd-edge/host/internal';
import { expect, test } from 'vitest';
// @ts-expect-error a script has no types
import { source } from './generate-wasm-header.mjs';

test('the header in the repository is up to date', () => {
  const file = readFileSync(new URL('../core/wasm-subset.h', import.meta.url), 'utf8');
  expect(file === source(wasmSubset), 'run node firmware/tools/generate-wasm-header.mjs').toBe(true);
});
