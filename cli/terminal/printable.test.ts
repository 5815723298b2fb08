import { expect, test } from 'vitest';
import { printable } from './printable.js';

test('takes commands to a terminal out, and leaves letters, lines and tabs', () => {
  expect(printable('\x1b[2J\x1b]0;title\x07 \x9b31m\r\x7f')).toBe(
    '\ufffd[2J\ufffd]0;title\ufffd \ufffd31m\ufffd\ufffd',
  );
  expect(printable('Größe 漢字 🙂\n\tx\n')).toBe('Größe 漢字 🙂\n\tx\n');
});
