import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import { ByteReader } from './byte-reader.js';
import { flatten, name, s32, sized, u32, vector } from './bytes.js';

const reader = (bytes: Parameters<typeof flatten>[0]) => new ByteReader(flatten(bytes));

test('unsigned integers survive encoding and decoding', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
      const bytes = reader(u32(value));
      expect(bytes.u32()).toBe(value);
      expect(bytes.done).toBe(true);
    }),
  );
});

test('signed integers have the encoding of the specification', () => {
  // WebAssembly core specification, 5.2.2; -123456 is DWARF's example too.
  const examples: [number, number[]][] = [
    [0, [0]],
    [63, [63]],
    [64, [0xc0, 0]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123456, [0xc0, 0xbb, 0x78]],
  ];
  for (const [value, bytes] of examples) expect(s32(value)).toEqual(bytes);
});

test('WebAssembly decodes signed integers, including addresses above 2^31', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), (value) => {
      const global = [0x7f, 0, 0x41, s32(value), 0x0b];
      const bytes = flatten([
        [0, 97, 115, 109, 1, 0, 0, 0],
        [6, sized(vector([global]))],
        [7, sized(vector([[name('g'), 3, 0]]))],
      ]);
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
      expect((exports.g as WebAssembly.Global).value).toBe(value | 0);
      const skipped = reader(s32(value));
      skipped.skipLeb(32);
      expect(skipped.done).toBe(true);
    }),
  );
});

test('names and lists survive encoding and decoding', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (names) => {
      const bytes = reader(sized(vector(names.map(name)))).sized();
      expect(bytes.vector(() => bytes.name())).toEqual(names);
      expect(bytes.done).toBe(true);
    }),
  );
});

test('reads beyond the end are rejected', () => {
  expect(codeOf(() => reader([]).byte())).toBe('invalid-engine-parts');
  expect(codeOf(() => reader([1, 2]).take(3))).toBe('invalid-engine-parts');
  expect(codeOf(() => reader([0x80]).u32())).toBe('invalid-engine-parts');
  expect(codeOf(() => reader([5, 0]).sized())).toBe('invalid-engine-parts');
  expect(codeOf(() => reader([0x80, 0x80, 0x80, 0x80, 0x80, 0]).u32())).toBe('invalid-engine-parts');
});
