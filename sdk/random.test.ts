import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Mulberry32 } from './random.js';

test('gives the numbers of mulberry32', () => {
  const random = new Mulberry32(1);
  const drawn = [0, 1, 2].map(() => Math.round(random.next() * 2 ** 32));
  expect(drawn).toEqual([2693262067, 11749833, 2265367787]);
});

test('continues from its state', () => {
  const random = new Mulberry32(-5);
  random.next();
  const copy = new Mulberry32(random.state);
  expect([copy.next(), copy.next()]).toEqual([random.next(), random.next()]);
});

test('draws seeds of 32 bits', () => {
  const random = new Mulberry32(1);
  expect([random.seed(), random.seed()]).toEqual([2693262067, 11749833]);
});

test('below stays within its limit', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 1000 }), (seed, limit) => {
      const value = new Mulberry32(seed).below(limit);
      expect(Number.isInteger(value) && value >= 0 && value < limit).toBe(true);
    }),
  );
});

test('shuffle keeps all values', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat()), (seed, values) => {
      const sorted = [...values].sort((a, b) => a - b);
      expect(new Mulberry32(seed).shuffle([...values]).sort((a, b) => a - b)).toEqual(sorted);
    }),
  );
});
