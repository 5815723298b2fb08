import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cosine, joinedCosine } from './cosine.js';

it('is 1, 0 and -1 for the same direction, a right angle and the opposite direction', () => {
  expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 12);
  expect(cosine([1, 0], [0, 3])).toBe(0);
  expect(cosine([1, 2], [-1, -2])).toBeCloseTo(-1, 12);
  expect(cosine([0, 0], [1, 1])).toBeNaN();
  expect(joinedCosine([[1], [0, 2]], [[3], [0, 6]])).toBeCloseTo(1, 12);
});

it('does not depend on the lengths of the two', () => {
  const vector = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(vector, vector, fc.double({ min: 0.1, max: 9, noNaN: true }), (a, b, factor) => {
      fc.pre(Math.hypot(...a) > 1e-3 && Math.hypot(...b) > 1e-3);
      const scaled = cosine(
        a.map((v) => v * factor),
        b,
      );
      expect(scaled).toBeCloseTo(cosine(a, b), 9);
      expect(Math.abs(scaled)).toBeLessThan(1 + 1e-9);
    }),
  );
});
