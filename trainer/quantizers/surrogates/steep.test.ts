import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../../backend/index.js';
import { STEEP } from './steep.js';
import { expectRiseFromZeroToOne, expectSlopeOfItsValue, slopes } from './testing.js';

beforeAll(async () => {
  await selectBackend();
});

it('has the slope of its value', () => {
  expectSlopeOfItsValue(STEEP);
  expectRiseFromZeroToOne(STEEP);
});

it('doubles gradients within a quarter of a step, and stops the others', () => {
  expect(slopes(STEEP, [0.2, 0.25, 0.3, 0.5, 0.7, 0.75, 0.8])).toEqual([0, 0, 2, 2, 2, 0, 0]);
});
