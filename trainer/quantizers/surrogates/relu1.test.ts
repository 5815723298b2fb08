import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../../backend/index.js';
import { RELU1 } from './relu1.js';
import { expectRiseFromZeroToOne, expectSlopeOfItsValue, slopes } from './testing.js';

beforeAll(async () => {
  await selectBackend();
});

it('has the slope of its value', () => {
  expectSlopeOfItsValue(RELU1);
  expectRiseFromZeroToOne(RELU1);
});

it('passes gradients unchanged, within the ramp only', () => {
  expect(slopes(RELU1, [-0.5, 0, 0.1, 0.5, 0.9, 1, 1.5])).toEqual([0, 0, 1, 1, 1, 0, 0]);
});
