import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InvalidIdxError, parseIdx } from './idx.js';

function encode(dimensions: number[], values: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.set([0, 0, 8, dimensions.length]);
  dimensions.forEach((dimension, i) => {
    header.writeUInt32BE(dimension, 4 + 4 * i);
  });
  return Buffer.concat([header, values]);
}

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });
const arrays = shapes.chain((dimensions) => {
  const length = dimensions.reduce((product, dimension) => product * dimension, 1);
  return fc.record({
    dimensions: fc.constant(dimensions),
    values: fc.uint8Array({ minLength: length, maxLength: length }),
  });
});

it('reads what was written', () => {
  fc.assert(
    fc.property(arrays, ({ dimensions, values }) => {
      const parsed = parseIdx(encode(dimensions, values));
      expect(parsed.dimensions).toEqual(dimensions);
      expect(Uint8Array.from(parsed.values)).toEqual(values);
    }),
  );
});

it('reads a view into a larger buffer', () => {
  const bytes = encode([2], Uint8Array.of(7, 9));
  const padded = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
  expect(Array.from(parseIdx(padded).values)).toEqual([7, 9]);
});

it('refuses an array that is cut short or goes on', () => {
  fc.assert(
    fc.property(arrays, fc.nat(), ({ dimensions, values }, at) => {
      const bytes = encode(dimensions, values);
      expect(() => parseIdx(bytes.subarray(0, at % bytes.length))).toThrow(InvalidIdxError);
      expect(() => parseIdx(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(InvalidIdxError);
    }),
  );
});

it('throws nothing but its own error, whatever the bytes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.uint8Array({ maxLength: 64 }).map((tail) => Buffer.concat([Buffer.of(0, 0, 8), tail])),
  );
  fc.assert(
    fc.property(bytes, (input) => {
      try {
        parseIdx(input);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidIdxError);
      }
    }),
  );
});

it('says what is wrong', () => {
  expect(() => parseIdx(Uint8Array.of(0x1f, 0x8b, 8, 0))).toThrowErrorMatchingInlineSnapshot(
    `[InvalidIdxError: This is not an IDX file of unsigned bytes: its first two bytes are not zero; unpack it if it is a .gz, or fetch it anew.]`,
  );
  expect(() => parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 9, 1))).toThrowErrorMatchingInlineSnapshot(
    `[InvalidIdxError: This is not an IDX file of unsigned bytes: 9 values were promised and 1 are there; unpack it if it is a .gz, or fetch it anew.]`,
  );
});
