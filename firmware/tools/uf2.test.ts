import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeUf2 } from './uf2.mjs';

const FAMILY = 0xe48bff56;

test('a block has its magic numbers, address and bytes', () => {
  const file = encodeUf2(Uint8Array.of(1, 2, 3), 0x10000000, FAMILY);
  const view = new DataView(file.buffer);
  expect(file).toHaveLength(512);
  expect([0, 4, 8, 12, 16, 20, 24, 28, 508].map((at) => view.getUint32(at, true))).toEqual([
    0x0a324655,
    0x9e5d5157,
    0x2000,
    0x10000000,
    256,
    0,
    1,
    FAMILY,
    0x0ab16f30,
  ]);
  expect([...file.subarray(32, 36)]).toEqual([1, 2, 3, 0]);
});

test('property: the joined blocks are the image', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 2000 }), (bytes) => {
      const file = encodeUf2(bytes, 0x10000000, FAMILY);
      const view = new DataView(file.buffer);
      const image = new Uint8Array(Math.ceil(bytes.length / 256) * 256);
      for (let at = 0; at < file.length; at += 512) {
        const address = view.getUint32(at + 12, true);
        expect(view.getUint32(at + 24, true)).toBe(file.length / 512);
        image.set(file.subarray(at + 32, at + 32 + 256), address - 0x10000000);
      }
      expect(image.subarray(0, bytes.length)).toEqual(bytes);
      expect(image.subarray(bytes.length).every((byte) => byte === 0)).toBe(true);
    }),
  );
});
