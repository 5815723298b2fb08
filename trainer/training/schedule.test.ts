import { expect, it } from 'vitest';
import { learningRateAt, type Schedule } from './schedule.js';

it('follows half a cosine down to 0', () => {
  const schedule: Schedule = { kind: 'cosine', learningRate: 0.1 };
  const rates = [0, 2, 5, 10].map((epoch) => learningRateAt(schedule, epoch, 10));
  const expected = [0.1, 0.05 * (1 + Math.cos(0.2 * Math.PI)), 0.05, 0];
  rates.forEach((rate, i) => {
    expect(rate).toBeCloseTo(expected[i], 12);
  });
});

it('drops by a factor at the given epochs', () => {
  const schedule: Schedule = { kind: 'step', learningRate: 0.1, drops: [2, 4] };
  const rates = [0, 1.99, 2, 4, 5].map((epoch) => learningRateAt(schedule, epoch, 6));
  [0.1, 0.1, 0.01, 0.001, 0.001].forEach((rate, i) => {
    expect(rates[i]).toBeCloseTo(rate, 12);
  });
  expect(learningRateAt({ ...schedule, factor: 0.5 }, 3, 6)).toBe(0.05);
});
