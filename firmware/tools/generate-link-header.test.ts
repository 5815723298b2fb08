import { readFileSync } from 'node:fs';
import { messages, protocol } from '@bd-edge/host/internal';
import { expect, test } from 'vitest';
// @ts-expect-error a script has no types
import { source } from './generate-link-header.mjs';

test('the header in the repository is up to date', () => {
  const file = readFileSync(new URL('../core/link-protocol.h', import.meta.url), 'utf8');
  expect(file === source({ messages, protocol }), 'run node firmware/tools/generate-link-header.mjs').toBe(
    true,
  );
});
