import { expect, test } from 'vitest';
import { portableTypes } from './portable-types.mjs';

test.each([
  ['bytes: Uint8Array<ArrayBuffer>;', 'bytes: ReturnType<typeof Uint8Array.of>;'],
  ['sums: Int32Array<ArrayBufferLike>[];', 'sums: Int32Array[];'],
  [
    'a: Uint8Array | Promise<Float64Array<ArrayBuffer>>',
    'a: Uint8Array | Promise<ReturnType<typeof Float64Array.of>>',
  ],
  ['b: MyArray<string>;', 'b: MyArray<string>;'],
  [
    "import * as node_fs from 'node:fs';\nimport * as node_os from 'node:os';",
    "// @ts-ignore\nimport * as node_fs from 'node:fs';\n// @ts-ignore\nimport * as node_os from 'node:os';",
  ],
  ["import { a } from './own.js';", "import { a } from './own.js';"],
  [
    'interface A { [Symbol.dispose](): void }',
    '/// <reference lib="esnext.disposable" />\ninterface A { [Symbol.dispose](): void }',
  ],
])('%s', (before, after) => {
  expect(portableTypes(before)).toBe(after);
  expect(portableTypes(after), 'a second time').toBe(after);
});
