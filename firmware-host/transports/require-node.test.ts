import fs from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { requireNode } from './require-node.js';

afterEach(() => vi.unstubAllGlobals());

test('returns the module of Node, and reports that a page has none', () => {
  expect(requireNode('node:fs', 'Files').readFileSync).toBe(fs.readFileSync);
  vi.stubGlobal('process', undefined);
  expect(thrown(() => requireNode('node:net', 'TCP'))).toMatchObject({ dependency: 'node:net' });
});
