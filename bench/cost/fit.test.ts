import { describe, expect, it } from 'vitest';
import { random } from '../networks.mjs';
import { fit } from './fit.mjs';

describe('fit', () => {
  it('finds the coefficients that samples were made with', () => {
    const next = random(1);
    const samples = Array.from({ length: 40 }, () => {
      const work = { op: 1, entry: 1000 * next(), word: 300 * next() };
      return { work, ticks: 50 + 9 * work.entry + 4 * work.word };
    });
    const { op, entry, word } = fit(samples);
    expect(op).toBeCloseTo(50, 0);
    expect(entry).toBeCloseTo(9, 1);
    expect(word).toBeCloseTo(4, 1);
  });

  it('finds none below 0', () => {
    const samples = [1, 2, 3].map((count) => ({
      work: { a: count, b: count * count },
      ticks: 10 * count - count ** 2,
    }));
    for (const coefficient of Object.values(fit(samples))) expect(coefficient).toBeGreaterThanOrEqual(0);
  });
});
