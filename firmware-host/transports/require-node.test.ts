import fs from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { MissingPartError } from './errors.js';
import { requireNode } from './require-node.js';

afterEach(() => vi.unstubAllGlobals());

test("gives Node's module, and in a page says what it lacks", () => {
  expect(requireNode('node:fs', 'Files').readFileSync).toBe(fs.readFileSync);
  vi.stubGlobal('process', undefined);
  expect(() => requireNode('node:net', 'TCP')).toThrow(MissingPartError);
  expect(() => requireNode('node:net', 'TCP')).toThrow(
    'TCP needs node:net, which is not here; run this in Node',
  );
});
