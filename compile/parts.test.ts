import * as layout from '@bd-edge/sdk/internal/layout';
import { expect, test } from 'vitest';
import { COMPILED_BUILDS } from './builds.js';
import { partsWasm } from './parts.js';
import { readModule } from './wasm/read-module.js';

test.each(COMPILED_BUILDS)(
  "the %s parts import nothing, and their static data ends below the model's address",
  (build) => {
    const module = new WebAssembly.Module(partsWasm(build));
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    const { staticEnd } = new WebAssembly.Instance(module).exports as { staticEnd(): number };
    expect(staticEnd()).toBeGreaterThan(0);
    expect(staticEnd()).toBeLessThanOrEqual(layout.ENGINE_STATIC_BYTES);
  },
);

test('the table kernel calls exported steps, so that those of other tile sizes can be left out', () => {
  const { functions } = readModule(partsWasm('simd'));
  const exported = new Set(functions.values());
  for (const dispatcher of ['first', 'next']) {
    const body = functions.get(dispatcher)?.body ?? [];
    const called = body.flatMap((part) => (typeof part === 'object' && 'call' in part ? [part.call] : []));
    // Two forms, six sizes each.
    expect(called).toHaveLength(12);
    for (const step of called) expect(exported).toContain(step);
  }
});
