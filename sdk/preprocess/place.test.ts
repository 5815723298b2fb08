import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../testing/throws.js';
import { FITS, type Fit, place, type Rectangle } from './place.js';

const size = fc.record({ width: fc.integer({ min: 1, max: 300 }), height: fc.integer({ min: 1, max: 300 }) });

function expectWithin(
  { left, top, width, height }: Rectangle,
  outer: { width: number; height: number },
): void {
  for (const value of [left, top, width, height]) expect(Number.isInteger(value)).toBe(true);
  expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(1);
  expect(left + width).toBeLessThanOrEqual(outer.width);
  expect(top + height).toBeLessThanOrEqual(outer.height);
}

describe.each(FITS)('%s', (fit) => {
  test('reads inside the image and writes inside the input', () => {
    fc.assert(
      fc.property(size, size, (from, to) => {
        const { source, target } = place(from, to, fit);
        expectWithin(source, from);
        expectWithin(target, to);
      }),
    );
  });

  test('a crop gives the result for the cropped image, moved', () => {
    fc.assert(
      fc.property(size, size, fc.nat(50), fc.nat(50), (part, to, left, top) => {
        const from = { width: part.width + left + 3, height: part.height + top + 3 };
        const alone = place(part, to, fit);
        const moved = { ...alone.source, left: alone.source.left + left, top: alone.source.top + top };
        const crop = { left, top, ...part };
        expect(place(from, to, fit, crop)).toEqual({ source: moved, target: alone.target });
      }),
    );
  });
});

test('cover and contain keep proportions within half a pixel, and one full side', () => {
  fc.assert(
    fc.property(size, size, (from, to) => {
      const { source } = place(from, to, 'cover');
      expect(source.width === from.width || source.height === from.height).toBe(true);
      const [wide, high] = [(source.height * to.width) / to.height, (source.width * to.height) / to.width];
      expect(
        Math.min(Math.abs(source.width - Math.max(1, wide)), Math.abs(source.height - Math.max(1, high))),
      ).toBeLessThanOrEqual(0.5);
      const { target } = place(from, to, 'contain');
      expect(target.width === to.width || target.height === to.height).toBe(true);
    }),
  );
});

test('examples', () => {
  const [image, input] = [
    { width: 640, height: 480 },
    { width: 28, height: 28 },
  ];
  expect(place(image, input, 'cover').source).toEqual({ left: 80, top: 0, width: 480, height: 480 });
  expect(place(image, input, 'contain').target).toEqual({ left: 0, top: 3, width: 28, height: 21 });
  expect(place(image, input, 'fill')).toEqual({
    source: { left: 0, top: 0, ...image },
    target: { left: 0, top: 0, ...input },
  });
});

test('a fit that does not exist and a crop outside of the image are refused', () => {
  const image = { width: 4, height: 4 };
  expect(codeOf(() => place(image, image, 'squeeze' as Fit))).toBe('unknown-fit');
  for (const crop of [
    { left: -1, top: 0, width: 2, height: 2 },
    { left: 0, top: 3, width: 2, height: 2 },
    { left: 0, top: 0, width: 0, height: 2 },
    { left: 0.5, top: 0, width: 2, height: 2 },
    { left: 0, top: 0, width: Number.NaN, height: 2 },
  ]) {
    expect(codeOf(() => place(image, image, 'fill', crop))).toBe('crop-outside-image');
  }
});
