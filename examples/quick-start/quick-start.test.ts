import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const quickStart = (argument: string) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('quick-start.mjs', import.meta.url)), argument], {
    encoding: 'utf8',
    timeout: 30_000,
  });

test('prints its usage for --help, and rejects every other argument', () => {
  expect(quickStart('--help')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^npm start takes no arguments\. It trains/),
  });
  expect(quickStart('--epochs=1')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^unexpected argument "--epochs=1"\. npm start takes no arguments\./),
  });
});
