import { expect, test } from 'vitest';
import { summarizeTicks } from './ticks.js';

test('summarizes measurements in any order', () => {
  const ticks = Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) + 1);
  expect(summarizeTicks(ticks, 1000)).toEqual({
    minimum: 1,
    median: 50.5,
    p95: 95,
    maximum: 100,
    perSecond: 1000,
  });
  expect(summarizeTicks([10, 9, 100], 1)).toMatchObject({ median: 10, p95: 100 });
  expect(summarizeTicks([4], 1)).toEqual({ minimum: 4, median: 4, p95: 4, maximum: 4, perSecond: 1 });
});

test('returns null without measurements', () => {
  expect(summarizeTicks([], 1)).toBeNull();
});
