import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LOSSES } from './loss.js';

it('gives the losses of small examples', () => {
  expect(LOSSES['squared-error'].value([1, 2], [0, 4])).toBe(5);
  expect(LOSSES['cross-entropy'].value([0, 0], [1, 0])).toBeCloseTo(Math.log(2), 12);
  expect(LOSSES['cross-entropy'].value([1e4, 0], [0, 1])).toBeCloseTo(1e4, 6);
});

it('has the gradients of its values', () => {
  const outputs = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(outputs, fc.integer({ min: 0, max: 2 }), (y, label) => {
      const targets = [0, 1, 2].map((k) => Number(k === label));
      for (const loss of Object.values(LOSSES)) {
        loss.gradient(y, targets).forEach((slope, k) => {
          const at = (amount: number) =>
            loss.value(
              y.map((v, i) => (i === k ? v + amount : v)),
              targets,
            );
          expect(slope).toBeCloseTo((at(1e-4) - at(-1e-4)) / 2e-4, 5);
        });
      }
    }),
  );
});
