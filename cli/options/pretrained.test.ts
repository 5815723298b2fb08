import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import { requireOutside } from './pretrained.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-'));
const run = join(folder, 'run');
mkdirSync(join(run, 'coupled'), { recursive: true });
symlinkSync(run, join(folder, 'link'), 'junction');
afterAll(() => rmSync(folder, { recursive: true }));

test.each([run, join(run, 'coupled'), join(run, 'not-there'), join(folder, 'link', 'coupled')])(
  '%s is inside of the run and rejected',
  (pretrained) => {
    expect(codeOf(() => requireOutside(run, pretrained))).toBe('pretrained-in-run');
  },
);

test('a folder outside of the run is accepted', () => {
  requireOutside(run, undefined);
  requireOutside(run, `${run}-before`);
  requireOutside(join(run, 'coupled'), run);
});
