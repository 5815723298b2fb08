import { expect, test } from 'vitest';
import { flatten, parseElf } from './elf.mjs';

test('joins segments to one image with erased bytes in between', () => {
  const { address, bytes } = flatten([
    { address: 0x100, bytes: Uint8Array.of(1, 2) },
    { address: 0x104, bytes: Uint8Array.of(3) },
  ]);
  expect(address).toBe(0x100);
  expect([...bytes]).toEqual([1, 2, 0xff, 0xff, 3]);
});

test('rejects files that are not ELF for these processors', () => {
  expect(() => parseElf(new Uint8Array(64))).toThrow('not an ELF file');
  const sixtyFour = Uint8Array.from({ length: 64 }, (_, i) => [0x7f, 0x45, 0x4c, 0x46, 2, 1][i] ?? 0);
  expect(() => parseElf(sixtyFour)).toThrow('32-bit');
});
