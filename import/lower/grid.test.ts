import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gridOf } from './grid.js';

test('integers times a float32 scale are found again, up to a common factor', () => {
  const scale = fc.float({ min: Math.fround(1e-6), max: 1000, noNaN: true });
  const integers = fc.array(fc.integer({ min: -127, max: 127 }), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(scale, integers, (step, list) => {
      const found = gridOf(
        list.map((integer) => Math.fround(integer * step)),
        127,
      );
      const first = list.findIndex((integer) => integer !== 0);
      const factor = first === -1 ? 1 : list[first] / (found?.integers[first] ?? 0);
      expect(Number.isInteger(factor) && factor > 0).toBe(true);
      expect(found?.integers.map((integer) => integer * factor + 0)).toEqual(list);
      if (first !== -1) expect((found?.step ?? 0) / (factor * step)).toBeCloseTo(1, 6);
    }),
  );
});

test('numbers that are no multiples of one step have no grid', () => {
  expect(gridOf([1, 0.618034, 0.414214], 127)).toBeUndefined();
  expect(gridOf([1, Number.NaN], 127)).toBeUndefined();
  // 1 is 255 times the step.
  expect(gridOf([1, 1 / 255], 127)).toBeUndefined();
});
