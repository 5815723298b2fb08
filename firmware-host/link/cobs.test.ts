import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cobsBound, cobsDecode, cobsEncode } from './cobs.js';

function encode(bytes: Uint8Array): Uint8Array {
  const output = new Uint8Array(cobsBound(bytes.length));
  return output.subarray(0, cobsEncode(bytes, output));
}

function decode(bytes: Uint8Array): Uint8Array | undefined {
  const copy = bytes.slice();
  const length = cobsDecode(copy);
  return length < 0 ? undefined : copy.subarray(0, length);
}

const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

// The examples of Wikipedia's article on COBS.
test.each([
  { bytes: [], encoded: [1] },
  { bytes: [0], encoded: [1, 1] },
  { bytes: [0, 0], encoded: [1, 1, 1] },
  { bytes: [0x11, 0x22, 0, 0x33], encoded: [3, 0x11, 0x22, 2, 0x33] },
  { bytes: [0x11, 0, 0, 0], encoded: [2, 0x11, 1, 1, 1] },
  { bytes: run(1, 254), encoded: [255, ...run(1, 254)] },
  { bytes: [0, ...run(1, 254)], encoded: [1, 255, ...run(1, 254)] },
  { bytes: run(1, 255), encoded: [255, ...run(1, 254), 2, 255] },
  { bytes: [...run(2, 255), 0], encoded: [255, ...run(2, 255), 1, 1] },
  { bytes: [...run(3, 255), 0, 1], encoded: [254, ...run(3, 255), 2, 1] },
])('encodes $bytes.length bytes as published', ({ bytes, encoded }) => {
  expect([...encode(Uint8Array.from(bytes))]).toEqual(encoded);
});

const byte = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 }));
const anyBytes = fc.array(byte, { maxLength: 1000, size: 'max' }).map((list) => Uint8Array.from(list));

test('decodes its own encoding, which has no zero and stays within the bound', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const encoded = encode(bytes);
      expect(encoded.includes(0)).toBe(false);
      expect(encoded.length).toBeLessThanOrEqual(cobsBound(bytes.length));
      expect(decode(encoded)).toEqual(bytes);
    }),
  );
});

test('decoding stays within its input', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(decode(bytes)?.length ?? 0).toBeLessThanOrEqual(bytes.length);
    }),
  );
});
