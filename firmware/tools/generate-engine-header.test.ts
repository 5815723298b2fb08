import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as layout from '../../assembly/layout.js';
// @ts-expect-error a script has no types
import { source } from './generate-engine-header.mjs';

test('the header in the repository is what the script makes of the layout', () => {
  const file = readFileSync(new URL('../kernels/engine-layout.h', import.meta.url), 'utf8');
  expect(file === source(layout), 'run node firmware/tools/generate-engine-header.mjs').toBe(true);
});
