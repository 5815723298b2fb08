import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../../numbers/random.js';
import { affineMatrix } from './affine.js';

const limits = {
  rotate: fc.double({ min: 0, max: 180, noNaN: true }),
  zoom: fc.double({ min: 0, max: 0.9, noNaN: true }),
  shear: fc.double({ min: 0, max: 1, noNaN: true }),
};

it('does nothing, and draws nothing, by default', () => {
  const random = new Random(1);
  expect(affineMatrix({}, random)).toEqual([1, 0, 0, 1].map((value) => expect.closeTo(value, 15)));
  expect(random.state).toBe(1);
});

it('changes areas only by the zoom', () => {
  fc.assert(
    fc.property(fc.record(limits), fc.nat(), (affine, seed) => {
      const [a, b, c, d] = affineMatrix(affine, new Random(seed));
      const side = 1 / Math.sqrt(a * d - b * c);
      expect(side).toBeGreaterThanOrEqual(1 - affine.zoom - 1e-9);
      expect(side).toBeLessThanOrEqual(1 + affine.zoom + 1e-9);
    }),
  );
});

it('rotates within its limit, in both directions', () => {
  const angles = Array.from({ length: 200 }, (_, seed) => {
    const [cos, sin] = affineMatrix({ rotate: 30 }, new Random(seed));
    expect(cos ** 2 + sin ** 2).toBeCloseTo(1, 12);
    return (Math.atan2(sin, cos) * 180) / Math.PI;
  });
  expect(Math.max(...angles)).toBeLessThanOrEqual(30);
  expect(Math.max(...angles)).toBeGreaterThan(25);
  expect(Math.min(...angles)).toBeLessThan(-25);
});
