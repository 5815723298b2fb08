import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codeOf, thrown } from '../../sdk/testing/throws.js';
import { parseIdx } from './idx.js';

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

it('rejects a truncated array, and one with more bytes', () => {
  fc.assert(
    fc.property(arrays, fc.nat(), ({ dimensions, values }, at) => {
      const bytes = encode(dimensions, values);
      for (const damaged of [bytes.subarray(0, at % bytes.length), Buffer.concat([bytes, Buffer.of(0)])])
        expect(codeOf(() => parseIdx(damaged))).toBe('invalid-idx');
    }),
  );
});

it('reads or rejects any bytes, and throws nothing else', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.uint8Array({ maxLength: 64 }).map((tail) => Buffer.concat([Buffer.of(0, 0, 8), tail])),
  );
  fc.assert(
    fc.property(bytes, (input) => {
      try {
        parseIdx(input);
      } catch (error) {
        expect(error).toMatchObject({ name: 'FileError', code: 'invalid-idx' });
      }
    }),
  );
});

it('names the file', () => {
  expect(thrown(() => parseIdx(Uint8Array.of(0x1f, 0x8b, 8, 0), 'some'))).toMatchObject({ path: 'some' });
});
