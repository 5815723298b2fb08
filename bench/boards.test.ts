import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const boards = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('boards.mjs', import.meta.url)), ...args], {
    encoding: 'utf8',
  });

it('npm run bench:boards prints its usage, and ends with 2 for wrong arguments', () => {
  expect(boards('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--board NAME') });
  for (const [args, reason] of [
    [['--fast'], "Unknown option '--fast'"],
    [['--board', 'toaster'], 'unknown board toaster; expected one of'],
  ] as const) {
    const { status, stderr } = boards(...args);
    expect({ args, status }).toEqual({ args, status: 2 });
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain('    at ');
  }
});
