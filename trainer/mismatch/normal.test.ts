import { expect, it } from 'vitest';
import { Random } from '../numbers/random.js';
import { fillNormal } from './normal.js';

it('has the mean, the deviation and the tails of a normal distribution', () => {
  const values = fillNormal(new Float32Array(100_001), new Random(1), 2);
  const share = (limit: number) => values.filter((v) => Math.abs(v) < limit).length / values.length;
  expect(Math.abs(values.reduce((sum, v) => sum + v, 0) / values.length)).toBeLessThan(0.02);
  expect(share(2)).toBeCloseTo(0.6827, 2);
  expect(share(4)).toBeCloseTo(0.9545, 2);
  expect(share(6)).toBeCloseTo(0.9973, 2);
});
