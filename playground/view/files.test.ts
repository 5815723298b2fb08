import { expect, test } from 'vitest';
import { kindOf } from './files.js';

test.each([
  ['a.bdm', '', 'network'],
  ['A.BDM', 'application/octet-stream', 'network'],
  ['a.png', 'image/png', 'image'],
  ['report.html', 'text/html', 'report'],
])('%s (%s) is of kind %s', (name, type, kind) => {
  expect(kindOf({ name, type })).toBe(kind);
});

test('other files are rejected by name', () => {
  expect(() => kindOf({ name: 'a.zip', type: 'application/zip' })).toThrow('a.zip is not an image');
});
