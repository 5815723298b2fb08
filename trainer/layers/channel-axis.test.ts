import { expect, it } from 'vitest';
import { isChannelAxis } from './channel-axis.js';

it('isChannelAxis accepts the last axis, counted from either end', () => {
  const channels = [-2, -1, 0, 1, 2, 3].filter((axis) => isChannelAxis(axis, 3));
  expect(channels).toEqual([-1, 2]);
});
