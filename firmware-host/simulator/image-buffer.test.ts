import { expect, test } from 'vitest';
import { ERROR_IMAGE_SIZE } from '../link/protocol.js';
import { ImageBuffer } from './image-buffer.js';

const image = Uint8Array.of(1, 2, 3, 4, 5);
const part = (start: number, end: number) => image.subarray(start, end);

test('assembles pieces, each one once', () => {
  const buffer = new ImageBuffer();
  expect(buffer.take(1, 0, part(0, 2), 5)).toBe(2);
  expect(buffer.take(1, 3, part(3, 5), 5)).toBe(2);
  expect(buffer.take(1, 2, part(2, 4), 5)).toBe(4);
  expect(buffer.take(1, 2, part(2, 4), 5)).toBe(4);
  expect(buffer.take(1, 4, part(4, 5), 5)).toEqual(image);
  // The last piece again, its answer having been lost: the image has to come again.
  expect(buffer.take(1, 4, part(4, 5), 5)).toBe(0);
  expect(buffer.take(1, 0, image, 5)).toEqual(image);
});

test("another image's first piece starts over, its later ones change nothing", () => {
  const buffer = new ImageBuffer();
  expect(buffer.take(1, 0, part(0, 2), 5)).toBe(2);
  expect(buffer.take(2, 2, part(2, 5), 5)).toBe(0);
  expect(buffer.take(1, 2, part(2, 4), 5)).toBe(4);
  expect(buffer.take(2, 0, part(0, 1), 5)).toBe(1);
  expect(buffer.take(1, 4, part(4, 5), 5)).toBe(0);
  expect(buffer.take(2, 1, part(1, 5), 5)).toEqual(image);
});

test('rejects a piece beyond the end of the image', () => {
  expect(() => new ImageBuffer().take(1, 3, part(0, 3), 5)).toThrow(
    expect.objectContaining({ code: ERROR_IMAGE_SIZE, detail: 5 }),
  );
});
