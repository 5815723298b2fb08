import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellArgument } from './shell-argument.js';

test('what needs no quotes has none', () => {
  for (const plain of ['model.bdm', 'sim:', '/dev/ttyUSB0', 'socket://127.0.0.1:7000'])
    expect(shellArgument(plain)).toBe(plain);
});

test('a shell gives back what it was', () => {
  const texts = fc.array(
    fc.string().filter((text) => !text.includes('\0')),
    { minLength: 1, maxLength: 50 },
  );
  fc.assert(
    fc.property(texts, (all) => {
      const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${all.map(shellArgument).join(' ')}`], {
        encoding: 'utf8',
      });
      expect(stdout.split('\0').slice(0, -1)).toEqual(all);
    }),
    { numRuns: 30 },
  );
});
