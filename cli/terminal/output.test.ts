import { expect, test } from 'vitest';
import { counted } from './output.js';

test('one thing is singular', () => {
  expect([0, 1, 2, 12345].map((count) => counted(count, 'picture'))).toEqual([
    '0 pictures',
    '1 picture',
    '2 pictures',
    '12,345 pictures',
  ]);
  expect(counted(1, 'class', 'classes')).toBe('1 class');
  expect(counted(2, 'class', 'classes')).toBe('2 classes');
});
