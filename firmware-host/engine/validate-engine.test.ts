import { boardEngineWasm, interpretedEngineWasm } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { oddEngine } from '../testing/odd-engine.js';
import { reasonAgainst } from './validate-engine.js';

// firmware/wasm-validate.test.ts has a case for each reason, and compares this validator with the firmware's.

test('accepts the engines of this package', async () => {
  for (const engine of [await boardEngineWasm(), await interpretedEngineWasm(), oddEngine()])
    expect(reasonAgainst(engine)).toBeUndefined();
});

test('any cut engine is rejected', async () => {
  const engine = await interpretedEngineWasm();
  for (let length = 0; length < engine.length; length += 7)
    expect(reasonAgainst(engine.subarray(0, length))).toBeTypeOf('string');
});
