import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error a script has no types
import { source } from './generate-table-steps.mjs';

test('the generated code in the repository is what the script makes', () => {
  const file = new URL('../assembly/kernels/simd/table/steps.ts', import.meta.url);
  expect(readFileSync(file, 'utf8') === source(), 'run node scripts/generate-table-steps.mjs').toBe(true);
});
