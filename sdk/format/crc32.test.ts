import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from './crc32.js';

test('the published check value', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('continues from an earlier CRC, and agrees with zlib if this Node has it', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
      const whole = crc32(new Uint8Array([...first, ...second]));
      expect(crc32(second, crc32(first))).toBe(whole);
      if (zlibCrc32) expect(zlibCrc32(new Uint8Array([...first, ...second]))).toBe(whole);
    }),
  );
});
