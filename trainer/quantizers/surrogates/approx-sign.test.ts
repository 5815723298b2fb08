import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../../backend/index.js';
import { APPROX_SIGN } from './approx-sign.js';
import { expectRiseFromZeroToOne, expectSlopeOfItsValue, slopes } from './testing.js';

beforeAll(async () => {
  await selectBackend();
});

it('has the slope of its value', () => {
  expectSlopeOfItsValue(APPROX_SIGN);
  expectRiseFromZeroToOne(APPROX_SIGN);
});

it('reaches a whole step to each side', () => {
  expect(slopes(APPROX_SIGN, [-0.75, -0.5, 0, 0.5, 1, 1.5, 1.75])).toEqual([0, 0, 0.5, 1, 0.5, 0, 0]);
});
