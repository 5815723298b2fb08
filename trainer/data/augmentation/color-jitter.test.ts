import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../../numbers/random.js';
import { type ColorJitter, jitterColors } from './color-jitter.js';

const pixels = fc
  .array(fc.nat(255), { minLength: 1, maxLength: 8 })
  .map((values) => Float32Array.from(values.flatMap((value) => [value, 255 - value, (3 * value) % 256])));
const strength = fc.double({ min: 0, max: 1, noNaN: true });

const run = (source: Float32Array, channels: number, strengths: ColorJitter, seed: number) => {
  const target = source.slice();
  jitterColors(target, channels, strengths, new Random(seed));
  return target;
};

it('brightness scales all values by one factor within its limits', () => {
  fc.assert(
    fc.property(pixels, strength, fc.nat(), (source, brightness, seed) => {
      const got = run(source, 3, { brightness }, seed);
      got.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(Math.floor((1 - brightness) * source[i] - 0.5));
        expect(value).toBeLessThanOrEqual(Math.min(255, Math.ceil((1 + brightness) * source[i] + 0.5)));
      });
    }),
  );
});

it('contrast and saturation do not change a uniform gray picture', () => {
  fc.assert(
    fc.property(fc.nat(255), strength, strength, fc.nat(), (gray, contrast, saturation, seed) => {
      const source = new Float32Array(12).fill(gray);
      expect(run(source, 3, { contrast, saturation }, seed)).toEqual(source);
      expect(run(source, 1, { contrast, saturation }, seed)).toEqual(source);
    }),
  );
});

it('returns integers 0..255, the same for the same seed', () => {
  fc.assert(
    fc.property(pixels, strength, fc.nat(), (source, all, seed) => {
      const strengths = { brightness: all, contrast: all, saturation: all };
      const got = run(source, 3, strengths, seed);
      expect(got).toEqual(Float32Array.from(Uint8Array.from(got)));
      expect(got).toEqual(run(source, 3, strengths, seed));
    }),
  );
});

it('changes nothing at strength 0', () => {
  fc.assert(
    fc.property(pixels, (source) => {
      expect(run(source, 3, {}, 1)).toEqual(source);
    }),
  );
});
