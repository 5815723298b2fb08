import { expect, it } from 'vitest';
import { deviation, mean } from './mean.js';

it('means and deviates', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(deviation([1, 2, 6])).toBeCloseTo(Math.sqrt(7), 12);
  expect(deviation([5])).toBe(0);
});
