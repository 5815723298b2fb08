import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));

/** A module and everything that it imports when it is loaded, types left out. */
function closure(path: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(path)) return seen;
  const source = readFileSync(path, 'utf8');
  const imports = [...source.matchAll(/^(?:import|export) (?!type )[^;]*? from '([^']+)';/gm)].map(
    (match) => match[1],
  );
  seen.set(path, imports);
  for (const name of imports.filter((name) => name.startsWith('.'))) {
    const target = join(dirname(path), name.replace(/\.js$/, '.ts'));
    expect(existsSync(target), target).toBe(true);
    closure(target, seen);
  }
  return seen;
}

test.each([
  'client/board-client.ts',
  'deploy/deploy.ts',
  'check/check.ts',
  'simulator/simulated-board.ts',
  'transports/web-serial.ts',
])('%s runs in a browser: nothing that it imports needs Node', (entry) => {
  for (const [path, imports] of closure(join(here, entry))) {
    const foreign = imports.filter((name) => !name.startsWith('.') && !name.startsWith('@noble/hashes/'));
    expect(foreign, relative(here, path)).toEqual([]);
    expect(readFileSync(path, 'utf8'), relative(here, path)).not.toMatch(/\b(Buffer|process)\./);
  }
});

test('the whole entry can be loaded and bundled for a browser: it imports no module of Node, not even later', () => {
  for (const [path, imports] of closure(join(here, 'index.ts'))) {
    const foreign = imports.filter((name) => !name.startsWith('.') && !name.startsWith('@noble/hashes/'));
    expect(foreign, relative(here, path)).toEqual([]);
    // An import of a type is gone when it runs.
    expect(readFileSync(path, 'utf8'), relative(here, path)).not.toMatch(/(?<!typeof )\bimport\('/);
  }
});
