import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { thirdPartyNotices } from './third-party-notices.mjs';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-notices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function installed(name: string, files: Record<string, string>): string {
  const home = join(folder, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name, version: '1.2.3' }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(home, file), text);
  return join(home, 'build', 'index.js');
}

test('each package once, with all that its license asks for', () => {
  const one = installed('one', { LICENSE: 'You may.\n', NOTICE: 'By one.', 'README.md': 'Read me.' });
  const two = installed('@scope/two', { 'license.md': 'So may you.' });
  const inputs = { [one]: {}, [join(one, '..', 'other.js')]: {}, [two]: {}, 'trainer/index.ts': {} };
  const notices = thirdPartyNotices({ inputs });
  for (const text of ['one 1.2.3', 'You may.', 'By one.', '@scope/two 1.2.3', 'So may you.'])
    expect(notices.split(text)).toHaveLength(2);
  expect(notices).not.toContain('Read me.');
});

test('code without a license is not bundled', () => {
  const none = installed('none', {});
  expect(() => thirdPartyNotices({ inputs: { [none]: {} } })).toThrow(/none has no license file/);
});
