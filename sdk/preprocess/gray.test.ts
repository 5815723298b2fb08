import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grayOf } from './gray.js';

const byte = fc.integer({ min: 0, max: 255 });

test('gray stays gray', () => {
  for (let value = 0; value < 256; value++) expect(grayOf(value, value, value)).toBe(value);
});

test('gray is the luminance of the color, to the nearest byte', () => {
  const light = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const encode = (y: number) => 255 * (y <= 0.0031308 ? 12.92 * y : 1.055 * y ** (1 / 2.4) - 0.055);
  fc.assert(
    fc.property(byte, byte, byte, (red, green, blue) => {
      const y = 0.2126 * light(red / 255) + 0.7152 * light(green / 255) + 0.0722 * light(blue / 255);
      // Half a byte of rounding, and the error of 16-bit integers for dark bytes.
      expect(Math.abs(grayOf(red, green, blue) - encode(y))).toBeLessThan(0.6);
    }),
    { numRuns: 5000 },
  );
});

test('more of a color is never darker', () => {
  fc.assert(
    fc.property(byte, byte, byte, fc.integer({ min: 0, max: 2 }), (red, green, blue, which) => {
      const color = [red, green, blue];
      const more = color.with(which, Math.min(255, color[which] + 1));
      expect(grayOf(more[0], more[1], more[2])).toBeGreaterThanOrEqual(grayOf(red, green, blue));
    }),
  );
});

test('the primaries', () => {
  expect([grayOf(255, 0, 0), grayOf(0, 255, 0), grayOf(0, 0, 255)]).toEqual([127, 220, 76]);
});
