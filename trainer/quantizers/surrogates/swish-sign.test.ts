import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../../backend/index.js';
import { SWISH_SIGN } from './swish-sign.js';
import { expectRiseFromZeroToOne, expectSlopeOfItsValue, slopes } from './testing.js';

beforeAll(async () => {
  await selectBackend();
});

it('has the slope of its value', () => {
  expectSlopeOfItsValue(SWISH_SIGN);
  expectRiseFromZeroToOne(SWISH_SIGN);
});

it('has slope 5 at the threshold, a negative one beyond, and a finite one far away', () => {
  const [at, beyond, far, farther] = slopes(SWISH_SIGN, [0.5, 0.9, 1e20, -3e38]);
  expect(at).toBeCloseTo(5, 5);
  expect(beyond).toBeLessThan(-0.1);
  expect(Math.abs(far)).toBeLessThan(1e-6);
  expect(Math.abs(farther)).toBeLessThan(1e-6);
});
