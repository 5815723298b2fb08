import { expect, test } from 'vitest';
import { decodeFrame, encodeFrame, wireBytes } from './frame.js';

test('encodes the example of docs/link.md', () => {
  const wire = encodeFrame({ type: 0x01, sequence: 0x0203, payload: Uint8Array.of(0x01, 0x00) });
  expect(Buffer.from(wire).toString('hex')).toBe('000501030201056c9468f300');
});

test('a payload without a zero byte costs one byte in 254, within the bound', () => {
  for (const length of [0, 1, 246, 247, 248, 254, 1000, 4096]) {
    const wire = encodeFrame({ type: 0x11, sequence: 0x0101, payload: new Uint8Array(length).fill(7) });
    expect(wire.length).toBeLessThanOrEqual(wireBytes(length));
    expect(decodeFrame(wire.slice(1, -1))?.payload.length).toBe(length);
  }
});

test('rejects bytes that are too short for a frame', () => {
  for (let length = 0; length < 8; length++) {
    expect(decodeFrame(new Uint8Array(length).fill(1))).toBeUndefined();
  }
});
