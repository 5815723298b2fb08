import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { MissingPartError } from './errors.js';
import { importPart } from './import-part.js';

test('a package that is not installed: says how to get it', async () => {
  const missing = importPart('bd-edge-no-such-package', 'Dreams');
  await expect(missing).rejects.toThrow(MissingPartError);
  await expect(missing).rejects.toThrow(
    'Dreams need the package bd-edge-no-such-package, which is not installed; run `npm install bd-edge-no-such-package`.',
  );
});

test('a package that is there and does not load: says why', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bd-edge-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'broken.mjs');
  writeFileSync(file, "throw new Error('No native build was found for this platform.\\nloaded from: here');");
  const broken = importPart(pathToFileURL(file).href, 'Dreams');
  await expect(broken).rejects.toThrow(MissingPartError);
  await expect(broken).rejects.toThrow(
    /, which does not load: No native build was found for this platform\.$/,
  );
});

test('a package that loads', async () => {
  expect(await importPart<typeof import('serialport')>('serialport', 'Serial ports')).toHaveProperty(
    'SerialPort',
  );
});
