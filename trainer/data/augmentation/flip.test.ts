import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flipImage } from './flip.js';

const size = fc.integer({ min: 1, max: 6 });

it('mirrors each row, and restores it the second time', () => {
  fc.assert(
    fc.property(size, size, fc.integer({ min: 1, max: 3 }), (height, width, channels) => {
      const source = Uint8Array.from({ length: height * width * channels }, (_, i) => i);
      const flipped = source.slice();
      flipImage(flipped, [height, width, channels]);
      flipped.forEach((value, i) => {
        const pixel = Math.floor(i / channels);
        const mirrored = pixel - (pixel % width) + (width - 1 - (pixel % width));
        expect(value).toBe(source[mirrored * channels + (i % channels)]);
      });
      flipImage(flipped, [height, width, channels]);
      expect(flipped).toEqual(source);
    }),
  );
});
