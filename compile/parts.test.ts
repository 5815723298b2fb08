import { expect, test } from 'vitest';
import { ENGINE_STATIC_BYTES } from '../sdk/format/layout.js';
import { COMPILED_BUILDS } from './builds.js';
import { partsWasm } from './parts.js';

test.each(COMPILED_BUILDS)(
  "the %s parts import nothing, and their own data lies below the model's address",
  (build) => {
    const module = new WebAssembly.Module(partsWasm(build));
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    const { staticEnd } = new WebAssembly.Instance(module).exports as { staticEnd(): number };
    expect(staticEnd()).toBeGreaterThan(0);
    expect(staticEnd()).toBeLessThanOrEqual(ENGINE_STATIC_BYTES);
  },
);
