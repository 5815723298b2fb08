import fc from 'fast-check';
import { expect, test } from 'vitest';
import { centered } from './center.js';

const MNIST = { height: 28, width: 28, channels: 1 };

/** Light rectangle on black. */
function rectangle(side: number, left: number, top: number, width: number, height: number) {
  const data = new Uint8Array(side * side);
  for (let y = top; y < top + height; y++) data.fill(255, y * side + left, y * side + left + width);
  return { width: side, height: side, data };
}

test('nothing drawn is an empty image', () => {
  expect(centered(rectangle(280, 0, 0, 0, 0), MNIST)).toEqual(new Uint8Array(784));
});

test('the position of a figure does not matter', () => {
  const place = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(place, place, fc.integer({ min: 20, max: 150 }), (left, top, size) => {
      const moved = centered(rectangle(280, left, top, size, size), MNIST);
      expect(moved).toEqual(centered(rectangle(280, 3, 5, size, size), MNIST));
    }),
  );
});

test('a square fills the middle 20 of 28 pixels', () => {
  const image = centered(rectangle(280, 10, 30, 60, 60), MNIST);
  const rows = Array.from({ length: 28 }, (_, y) => image.subarray(y * 28, (y + 1) * 28));
  expect(rows.map((row) => row.filter((value) => value === 255).length)).toEqual(
    Array.from({ length: 28 }, (_, y) => (y >= 4 && y < 24 ? 20 : 0)),
  );
});

test('repeats gray for three channels', () => {
  const image = centered(rectangle(64, 10, 10, 20, 40), { height: 32, width: 32, channels: 3 });
  expect(image).toHaveLength(32 * 32 * 3);
  for (let i = 0; i < image.length; i += 3)
    expect([image[i + 1], image[i + 2]]).toEqual([image[i], image[i]]);
});
