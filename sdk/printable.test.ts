import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableJson, printableLine } from './printable.js';

const DIRECTIONS = '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c';

test('replaces commands to a terminal, and keeps letters, lines and tabs', () => {
  expect(printable('\x1b[2J\x1b]0;title\x07 \x9b31m\r\x7f')).toBe(
    '\ufffd[2J\ufffd]0;title\ufffd \ufffd31m\ufffd\ufffd',
  );
  for (const text of ['Größe 漢字 🙂 👩‍👩‍👧 \u05d0\n\tx\n']) expect(printable(text)).toBe(text);
});

test('replaces changes of direction and line separators', () => {
  for (const make of [printable, printableLine])
    expect(make(`${DIRECTIONS}\u2028\u2029\ud800`)).toBe('\ufffd'.repeat(DIRECTIONS.length + 3));
});

test('a name is one line', () => {
  expect(printableLine('a\nerror: forged\r\n\tb')).toBe('a\ufffderror: forged\ufffd\ufffd\ufffdb');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printableLine(text)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\u200e\u200f]/);
    }),
  );
});

test('JSON keeps the characters as escapes', () => {
  const value = { name: `\x1b\x9b\n${DIRECTIONS}\u2028` };
  const text = printableJson(value);
  expect(text).toBe(printableLine(text));
  expect(JSON.parse(text)).toEqual(value);
});
