import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, inject, test } from 'vitest';

/** The packages that programs import. */
const IMPORTED = ['@bd-edge/sdk', '@bd-edge/trainer', '@bd-edge/compile', '@bd-edge/import', '@bd-edge/host'];

describe.each([...IMPORTED, '@bd-edge/models', 'bd-edge'])('%s, packed', (name) => {
  test('publint reports nothing', async () => {
    const pkgDir = join(inject('project'), 'node_modules', name);
    const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });
});

test.each(IMPORTED)('%s: the types resolve in ES modules under every module resolution', (name) => {
  const attw = join(import.meta.dirname, 'node_modules', '.bin', 'attw');
  const args = [inject('tarballs')[name], '--profile', 'esm-only', '--no-color', '--no-emoji'];
  const { status, stdout } = spawnSync(attw, args, { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining(`"${name}`) });
});
