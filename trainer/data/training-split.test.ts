import { expect, it } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import type { ImageSet } from './dataset.js';
import { trainingSplit } from './training-split.js';

/** One-pixel images, each with its own value. */
const train: ImageSet = {
  images: Uint8Array.from({ length: 100 }, (_, i) => i),
  labels: Uint8Array.from({ length: 100 }, (_, i) => i % 2),
  ...{ count: 100, height: 1, width: 1, channels: 1 },
};

it('takes the requested number, and no more than a tenth', () => {
  const counts = (validationImages: number, limit?: number) => {
    const { train: rest, validation } = trainingSplit({ train }, validationImages, 1, limit);
    return [rest.count, validation.count];
  };
  expect(counts(4)).toEqual([96, 4]);
  expect(counts(5000)).toEqual([90, 10]);
  expect(counts(5000, 30)).toEqual([27, 3]);
  expect(counts(5000, 2)).toEqual([1, 1]);
  expect(counts(4, 1000)).toEqual([96, 4]);
  expect(codeOf(() => trainingSplit({ train }, 4, 1, 1))).toBe('invalid-split');
});

it('draws by the seed, with and without a limit', () => {
  for (const limit of [undefined, 50]) {
    const held = (seed: number) => [...trainingSplit({ train }, 10, seed, limit).validation.images];
    expect(held(1)).toEqual(held(1));
    expect(held(1)).not.toEqual(held(2));
  }
});
