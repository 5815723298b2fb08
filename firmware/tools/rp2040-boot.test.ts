import { expect, test } from 'vitest';
import { bootCrc, sealBoot } from './rp2040-boot.mjs';

test('the checksum is CRC-32/MPEG-2', () => {
  expect(bootCrc(new TextEncoder().encode('123456789'))).toBe(0x0376e6e7);
});

test('sealing changes only the last four of the first 256 bytes', () => {
  const image = Uint8Array.from({ length: 300 }, (_, i) => i);
  const sealed = image.slice();
  sealBoot(sealed);
  expect(new DataView(sealed.buffer).getUint32(252, true)).toBe(bootCrc(image.subarray(0, 252)));
  expect(sealed.subarray(0, 252)).toEqual(image.subarray(0, 252));
  expect(sealed.subarray(256)).toEqual(image.subarray(256));
});
