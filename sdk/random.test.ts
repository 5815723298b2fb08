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
