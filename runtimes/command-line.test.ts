import { execFileSync } from 'node:child_process';
import { expect, inject, test } from 'vitest';
import { cases, expectedLogits } from './testing/cases.js';
import { RUNTIMES } from './testing/command-line.js';

test('the cases are many networks with many different logits', () => {
  expect(cases.length).toBeGreaterThan(40);
  expect(new Set(expectedLogits.flat(2)).size).toBeGreaterThan(1000);
});

test.each(Object.entries(RUNTIMES))(
  '%s: the logits of the reference, on each build',
  (_, [program, ...args]) => {
    const run = (...options: string[]) =>
      JSON.parse(
        execFileSync(program, [...args, 'command.js', ...options], {
          cwd: inject('project'),
          encoding: 'utf8',
        }),
      );
    expect(run()).toEqual({ builds: ['simd'], logits: expectedLogits });
    expect(run('mvp')).toEqual({ builds: ['mvp'], logits: expectedLogits });
  },
);
