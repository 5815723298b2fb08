import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../../numbers/random.js';
import { warpImage } from './warp.js';

const shapes = fc.tuple(
  fc.integer({ min: 2, max: 9 }),
  fc.integer({ min: 2, max: 9 }),
  fc.integer({ min: 1, max: 3 }),
);
const noise = (length: number, seed: number) => {
  const random = new Random(seed);
  return Uint8Array.from({ length }, () => random.below(256));
};

it('does not change a picture by default', () => {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, seed) => {
      const source = noise(shape[0] * shape[1] * shape[2], seed);
      const target = new Uint8Array(source.length).fill(7);
      warpImage(source, target, shape, {}, new Random(seed));
      expect(target).toEqual(source);
    }),
  );
});

it('adds no brightness', () => {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, seed) => {
      const source = noise(shape[0] * shape[1] * shape[2], seed).map((value) => value % 100);
      const target = new Uint8Array(source.length);
      warpImage(source, target, shape, { rotate: 90, zoom: 0.5, shear: 0.5, elastic: 2 }, new Random(seed));
      expect(Math.max(...target)).toBeLessThanOrEqual(Math.max(...source));
    }),
  );
});

it('rotates each channel around the center', () => {
  // The center of a picture of odd size stays; a corner moves.
  const source = new Uint8Array(5 * 5 * 2);
  source.set([200, 100], 2 * (2 * 5 + 2));
  const target = new Uint8Array(source.length);
  warpImage(source, target, [5, 5, 2], { rotate: 180, zoom: 0.3 }, new Random(5));
  expect([...target.subarray(24, 26)]).toEqual([200, 100]);
});

it('moves a spot no further than the field', () => {
  const source = Uint8Array.from({ length: 64 }, (_, i) => (i === 27 ? 255 : 0));
  const sums = new Set<number>();
  for (let seed = 0; seed < 20; seed++) {
    const target = new Uint8Array(64);
    warpImage(source, target, [8, 8, 1], { elastic: 0.3 }, new Random(seed));
    const brightest = target.indexOf(Math.max(...target));
    expect([18, 19, 20, 26, 27, 28, 34, 35, 36]).toContain(brightest);
    sums.add(target.reduce((sum, value) => sum + value, 0));
  }
  expect(sums.size).toBeGreaterThan(10);
});
