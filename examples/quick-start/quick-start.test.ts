import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const quickStart = (argument: string) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('quick-start.mjs', import.meta.url)), argument], {
    encoding: 'utf8',
    timeout: 30_000,
  });

test('says what it does where it is asked, and takes no other argument', () => {
  expect(quickStart('--help')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^npm start takes no arguments; it trains/),
  });
  expect(quickStart('--epochs=1')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^--epochs=1 was given, but npm start takes no arguments;/),
  });
});
