import fc from 'fast-check';
import { expect, it } from 'vitest';
import { padAndCrop } from './pad-and-crop.js';

it('is a window of the padded picture', () => {
  const cases = fc
    .record({
      height: fc.integer({ min: 1, max: 5 }),
      width: fc.integer({ min: 1, max: 5 }),
      padding: fc.nat(4),
    })
    .chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        top: fc.nat(2 * shape.padding),
        left: fc.nat(2 * shape.padding),
      }),
    );
  fc.assert(
    fc.property(cases, ({ shape: { height, width, padding }, top, left }) => {
      const source = Uint8Array.from({ length: height * width }, (_, i) => i + 1);
      const padded = Array.from({ length: height + 2 * padding }, () =>
        new Array(width + 2 * padding).fill(0),
      );
      source.forEach((value, i) => {
        padded[padding + Math.floor(i / width)][padding + (i % width)] = value;
      });
      const target = new Uint8Array(source.length);
      padAndCrop(source, target, [height, width, 1], padding, top, left);
      const window = padded.slice(top, top + height).flatMap((row) => row.slice(left, left + width));
      expect(Array.from(target)).toEqual(window);
    }),
  );
});
