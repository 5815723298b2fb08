import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../../backend/index.js';
import { POLYNOMIAL } from './polynomial.js';
import { expectRiseFromZeroToOne, expectSlopeOfItsValue, slopes } from './testing.js';

beforeAll(async () => {
  await selectBackend();
});

it('has the slope of its value', () => {
  expectSlopeOfItsValue(POLYNOMIAL);
  expectRiseFromZeroToOne(POLYNOMIAL);
});

it('is steepest at the threshold and ends where ReLU1 does', () => {
  expect(slopes(POLYNOMIAL, [-0.1, 0, 0.25, 0.5, 0.75, 1, 1.1])).toEqual([0, 0, 1, 2, 1, 0, 0]);
});
