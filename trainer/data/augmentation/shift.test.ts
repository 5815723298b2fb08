import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shiftImage } from './shift.js';

it('moves a picture down and right', () => {
  const target = new Uint8Array(4);
  shiftImage(Uint8Array.of(1, 2, 3, 4), target, [2, 2, 1], 1, 0);
  expect(Array.from(target)).toEqual([0, 0, 1, 2]);
  shiftImage(Uint8Array.of(1, 2, 3, 4), target, [2, 2, 1], 0, -1);
  expect(Array.from(target)).toEqual([2, 0, 4, 0]);
});

it('copies each pixel, and has 0 outside the source', () => {
  const shape = fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 3 }),
  );
  const by = fc.integer({ min: -7, max: 7 });
  fc.assert(
    fc.property(shape, by, by, ([height, width, channels], down, right) => {
      const source = Uint8Array.from({ length: height * width * channels }, (_, i) => i + 1);
      const target = new Float32Array(source.length).fill(99);
      shiftImage(source, target, [height, width, channels], down, right);
      target.forEach((value, i) => {
        const [y, x] = [Math.floor(i / channels / width) - down, (Math.floor(i / channels) % width) - right];
        const inside = y >= 0 && y < height && x >= 0 && x < width;
        expect(value).toBe(inside ? source[(y * width + x) * channels + (i % channels)] : 0);
      });
    }),
  );
});
