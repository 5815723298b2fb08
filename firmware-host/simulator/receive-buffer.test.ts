import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReceiveBuffer } from './receive-buffer.js';

test('returns bytes in order, up to one zero at a time', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ max: 3, maxLength: 20 })), (pieces) => {
      const buffer = new ReceiveBuffer(20);
      for (const piece of pieces) {
        buffer.push(piece);
        const taken: number[] = [];
        for (let some = buffer.take(); some !== undefined; some = buffer.take()) {
          expect(some.subarray(0, -1).includes(0)).toBe(false);
          taken.push(...some);
        }
        expect(taken).toEqual([...piece]);
      }
      expect(buffer.overrunBytes).toBe(0);
    }),
  );
});

test('counts bytes that do not fit', () => {
  const buffer = new ReceiveBuffer(5);
  buffer.push(Uint8Array.of(1, 2, 3));
  buffer.push(Uint8Array.of(4, 5, 6, 7));
  expect(buffer.overrunBytes).toBe(2);
  expect([...(buffer.take() ?? [])]).toEqual([1, 2, 3, 4, 5]);
});
