import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect, inject, test } from 'vitest';

test('publint finds nothing in the packed package', async () => {
  const pkgDir = join(inject('project'), 'node_modules', 'bd-edge');
  const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('the types are right for ES modules, under every module resolution that knows them', () => {
  const attw = join(import.meta.dirname, 'node_modules', '.bin', 'attw');
  const args = [inject('tarball'), '--profile', 'esm-only', '--no-color', '--no-emoji'];
  const { status, stdout } = spawnSync(attw, args, { encoding: 'utf8' });
  expect({ status, said: stdout }).toEqual({
    status: 0,
    said: expect.stringContaining('"@bd-edge/sdk/simd.wasm"'),
  });
});
