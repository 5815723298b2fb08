import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));

/** Returns a module and all modules that it imports statically, without types. */
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

/** Packages that run in a browser. */
const PORTABLE = ['@bd-edge/sdk', '@noble/hashes'];

const foreign = (imports: string[]) =>
  imports.filter((name) => !name.startsWith('.') && !PORTABLE.some((part) => name.startsWith(part)));

test.each([
  'client/board-client.ts',
  'deploy/deploy.ts',
  'check/check.ts',
  'simulator/simulated-board.ts',
  'transports/web-serial.ts',
])('%s runs in a browser: its imports do not need Node', (entry) => {
  for (const [path, imports] of closure(join(here, entry))) {
    expect(foreign(imports), relative(here, path)).toEqual([]);
    expect(readFileSync(path, 'utf8'), relative(here, path)).not.toMatch(/\b(Buffer|process)\./);
  }
});

test.each(['index.ts', 'internal.ts'])(
  '%s can be bundled for a browser: it imports no module of Node',
  (entry) => {
    for (const [path, imports] of closure(join(here, entry))) {
      expect(foreign(imports), relative(here, path)).toEqual([]);
      // Imports of types do not exist at run time.
      expect(readFileSync(path, 'utf8'), relative(here, path)).not.toMatch(/(?<!typeof )\bimport\('/);
    }
  },
);

test('transports do not import the simulator', () => {
  for (const entry of ['serial', 'tcp', 'web-serial', 'ports', 'pair']) {
    for (const path of closure(join(here, 'transports', `${entry}.ts`)).keys()) {
      expect(relative(here, path)).not.toContain('simulator');
    }
  }
});
