import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as layout from '../../assembly/layout.js';
import { RULES } from './model-error.js';

const page = readFileSync('docs/format.md', 'utf8');

test('docs/format.md lists the number and code of every error', () => {
  const rows = [...page.matchAll(/^\| (\d+) \| `([a-z-]+)` \|/gm)].map(([, number, code]) => [number, code]);
  expect(rows).toEqual(Object.entries(RULES).map(([number, { code }]) => [number, code]));
});

test('every number of assembly/layout.ts has a code', () => {
  const numbers = Object.entries(layout).flatMap(([name, value]) =>
    /^INVALID_|^OUT_OF_MEMORY$/.test(name) ? [value] : [],
  );
  expect(numbers.filter((number) => !RULES[number])).toEqual([]);
});

test('docs/format.md has the version', () => {
  const major = layout.FORMAT_VERSION & layout.FORMAT_MAJOR_MASK;
  expect(page).toContain(`version ${major}.${layout.FORMAT_VERSION >>> 16}`);
});
