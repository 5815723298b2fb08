import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { importPart } from './import-part.js';

test('reports a package that is not installed', async () => {
  const missing = importPart('bd-edge-no-such-package', 'Examples');
  await expect(missing).rejects.toMatchObject({
    ...{ name: 'MissingDependencyError', dependency: 'bd-edge-no-such-package' },
    message: expect.stringContaining('not installed'),
  });
});

test('reports the reason if an installed package does not load', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bd-edge-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'broken.mjs');
  writeFileSync(file, "throw new Error('No native build was found for this platform.\\nloaded from: here');");
  const broken = importPart(pathToFileURL(file).href, 'Examples');
  await expect(broken).rejects.toMatchObject({
    name: 'MissingDependencyError',
    message: expect.stringContaining('No native build was found for this platform.'),
  });
});

test('returns a package that loads', async () => {
  expect(await importPart<typeof import('serialport')>('serialport', 'Serial ports')).toHaveProperty(
    'SerialPort',
  );
});
