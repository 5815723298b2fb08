import { expect, test } from 'vitest';
import { kindOf } from './files.js';

test.each([
  ['a.bdm', '', 'network'],
  ['A.BDM', 'application/octet-stream', 'network'],
  ['a.png', 'image/png', 'image'],
  ['report.html', 'text/html', 'report'],
])('%s (%s) is of kind %s', (name, type, kind) => {
  expect(kindOf({ name, type }, new Uint8Array(16))).toBe(kind);
});

test('other files are rejected by name', () => {
  expect(() => kindOf({ name: 'a.zip', type: 'application/zip' }, new Uint8Array(0))).toThrow(
    'a.zip is not an image',
  );
});

test.each(['model.bdm.txt', 'download', 'model.bin'])('%s is a network if it starts as one', (name) => {
  expect(kindOf({ name, type: 'text/plain' }, new TextEncoder().encode('BDM\u0002'))).toBe('network');
});
