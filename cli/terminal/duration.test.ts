import { expect, test } from 'vitest';
import { duration } from './duration.js';

test('durations are in the unit that people would take', () => {
  expect([1.5, 125, 7300].map(duration)).toEqual(['2 s', '2 min', '2.0 h']);
});
