import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { requireOutside } from './pretrained.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-'));
const run = join(folder, 'run');
mkdirSync(join(run, 'coupled'), { recursive: true });
symlinkSync(run, join(folder, 'link'), 'junction');
afterAll(() => rmSync(folder, { recursive: true }));

test.each([run, join(run, 'coupled'), join(run, 'not-there'), join(folder, 'link', 'coupled')])(
  '%s would be replaced by the run that begins with it',
  (pretrained) => {
    expect(() => requireOutside(run, pretrained)).toThrow('is in the folder that this run replaces');
  },
);

test('what lies beside the run is kept', () => {
  requireOutside(run, undefined);
  requireOutside(run, `${run}-before`);
  requireOutside(join(run, 'coupled'), run);
});
