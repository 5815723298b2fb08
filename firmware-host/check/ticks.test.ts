import { expect, test } from 'vitest';
import { summariseTicks } from './ticks.js';

test('sums up in any order', () => {
  const ticks = Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) + 1);
  expect(summariseTicks(ticks, 1000)).toEqual({
    minimum: 1,
    median: 50.5,
    p95: 95,
    maximum: 100,
    perSecond: 1000,
  });
  expect(summariseTicks([10, 9, 100], 1)).toMatchObject({ median: 10, p95: 100 });
  expect(summariseTicks([4], 1)).toEqual({ minimum: 4, median: 4, p95: 4, maximum: 4, perSecond: 1 });
});

test('there is nothing to say of nothing', () => {
  expect(summariseTicks([], 1)).toBeNull();
});
