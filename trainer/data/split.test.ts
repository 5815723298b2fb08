import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codeOf, thrown } from '../../sdk/testing/throws.js';
import type { ImageSet } from './dataset.js';
import { sampleImages, splitValidation } from './split.js';

/** One-pixel images, each with its own value. */
function numbered(labels: number[]): ImageSet {
  const images = Uint8Array.from(labels, (_, i) => i);
  return { images, labels: Uint8Array.from(labels), count: labels.length, height: 1, width: 1, channels: 1 };
}

const sets = fc
  .record({
    labels: fc.array(fc.nat(3), { minLength: 2, maxLength: 250 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(),
  })
  .map(({ labels, share, seed }) => ({ labels, seed, count: 1 + Math.floor(share * (labels.length - 2)) }));

it('puts every image on one side, with its label', () => {
  fc.assert(
    fc.property(sets, ({ labels, count, seed }) => {
      const { train, validation } = splitValidation(numbered(labels), count, seed);
      expect(validation.count).toBe(count);
      const all = [...train.images, ...validation.images].sort((a, b) => a - b);
      expect(all).toEqual(labels.map((_, i) => i));
      for (const part of [train, validation]) {
        expect(Array.from(part.labels)).toEqual(Array.from(part.images, (image) => labels[image]));
      }
    }),
  );
});

it('gives each class its share, to within one image', () => {
  fc.assert(
    fc.property(sets, ({ labels, count, seed }) => {
      const { validation } = splitValidation(numbered(labels), count, seed);
      for (const label of new Set(labels)) {
        const size = labels.filter((other) => other === label).length;
        const held = validation.labels.filter((other) => other === label).length;
        expect(Math.abs(held - (size * count) / labels.length)).toBeLessThan(1);
      }
    }),
  );
});

it('follows the seed', () => {
  const set = numbered(Array.from({ length: 100 }, (_, i) => i % 10));
  const held = (seed: number) => Array.from(splitValidation(set, 20, seed).validation.images);
  expect(held(1)).toEqual(held(1));
  expect(held(1)).not.toEqual(held(2));
});

it('rejects holding out nothing, everything, or part of an image', () => {
  for (const count of [0, 3, 1.5, -1]) {
    expect(codeOf(() => splitValidation(numbered([0, 1, 2]), count, 1))).toBe('invalid-split');
  }
});

it('requires at least two images', () => {
  const error = thrown(() => splitValidation(numbered([0]), 1, 1));
  expect(error).toMatchObject({ name: 'UsageError', code: 'invalid-split', received: 1 });
});

it('draws the requested number of images, the same for the same seed, or all', () => {
  const set = numbered(Array.from({ length: 150 }, (_, i) => i % 3));
  for (const count of [1, 15, 100, 149]) expect(sampleImages(set, count, 1).count).toBe(count);
  expect(sampleImages(set, 100, 1)).toEqual(sampleImages(set, 100, 1));
  expect(sampleImages(set, 100, 1)).not.toEqual(sampleImages(set, 100, 2));
  for (const count of [150, 500]) expect(sampleImages(set, count, 1)).toBe(set);
});
