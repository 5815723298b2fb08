import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from './bytes.js';
import { encodeFrame, type Frame } from './frame.js';
import { FrameDecoder } from './frame-decoder.js';
import { MESSAGES } from './messages.js';
import { MAX_PAYLOAD } from './protocol.js';

function decoderOf(maxPayload?: number) {
  const frames: Frame[] = [];
  const log: string[] = [];
  const decoder = new FrameDecoder(
    { onFrame: (frame) => frames.push(frame), onText: (text) => log.push(text) },
    maxPayload,
  );
  return { decoder, frames, log };
}

const ascii = (text: string) => new TextEncoder().encode(text);

const anyFrame: fc.Arbitrary<Frame> = fc.record({
  type: fc.constantFrom(...MESSAGES.map((message) => message.type)),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  payload: fc.uint8Array({ maxLength: 600, size: 'max' }),
});

/** The bytes in pieces of any size. */
function* split(bytes: Uint8Array, sizes: number[]): Generator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes.length === 0 ? bytes.length : sizes[i % sizes.length];
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const anySizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 });

test('finds every frame, however the bytes are split', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 8 }), anySizes, (sent, sizes) => {
      const { decoder, frames, log } = decoderOf();
      for (const piece of split(concat(sent.map(encodeFrame)), sizes)) decoder.push(piece);
      expect(frames).toEqual(sent);
      expect(log).toEqual([]);
      expect(decoder.badFrames).toBe(0);
    }),
  );
});

test('finds a frame after any garbage', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 3000, size: 'max' }),
      anyFrame,
      anySizes,
      (garbage, frame, sizes) => {
        const { decoder, frames } = decoderOf(700);
        for (const piece of split(concat([garbage, encodeFrame(frame)]), sizes)) decoder.push(piece);
        expect(frames).toEqual([frame]);
      },
    ),
  );
});

test('discards a frame with a changed byte, and finds the next one', () => {
  fc.assert(
    fc.property(
      anyFrame,
      anyFrame,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (hurt, next, place, change) => {
        const wire = encodeFrame(hurt);
        // The delimiters in front and behind stay: without them two frames are lost, or none.
        wire[1 + (place % (wire.length - 2))] ^= change;
        const { decoder, frames } = decoderOf();
        decoder.push(wire);
        decoder.push(encodeFrame(next));
        expect(frames).toEqual([next]);
      },
    ),
  );
});

test('counts a frame that is longer than the limit', () => {
  const { decoder, frames } = decoderOf(100);
  const frame = { type: 1, sequence: 7, payload: new Uint8Array(MAX_PAYLOAD) };
  decoder.push(encodeFrame(frame));
  decoder.push(encodeFrame({ ...frame, payload: new Uint8Array(100) }));
  expect(frames.map(({ payload }) => payload.length)).toEqual([100]);
  expect(decoder.badFrames).toBe(1);
});

describe('text', () => {
  const frame = { type: 0x11, sequence: 1, payload: Uint8Array.of(1, 2, 3) };

  test('passes lines before, between and after frames to the log', () => {
    const { decoder, frames, log } = decoderOf();
    decoder.push(ascii('Boot v1.2\r\nGrüezi\n'));
    expect(log).toEqual(['Boot v1.2\r\n', 'Grüezi\n']);
    decoder.push(ascii('no newline'));
    decoder.push(encodeFrame(frame));
    decoder.push(ascii('\u001b[31mpanic\u001b[0m\n'));
    expect(log.slice(2)).toEqual(['no newline', '\u001b[31mpanic\u001b[0m\n']);
    expect(frames).toEqual([frame]);
    expect(decoder.badFrames).toBe(0);
  });

  test('passes text without a frame to the log, in pieces of bounded size', () => {
    const { decoder, log } = decoderOf(100);
    decoder.push(ascii('.'.repeat(1000)));
    expect(log.join('').length).toBeGreaterThan(800);
    expect(decoder.badFrames).toBe(0);
  });

  test('finds a frame without a leading zero after a line', () => {
    const { decoder, frames, log } = decoderOf();
    decoder.push(concat([ascii('ready\n'), encodeFrame(frame).subarray(1)]));
    expect(log).toEqual(['ready\n']);
    expect(frames).toEqual([frame]);
  });

  test('counts bytes at the wrong baud rate as bad frames', () => {
    const { decoder, log } = decoderOf();
    decoder.push(Uint8Array.of(0xf8, 0x80, 0xfe, 0x80, 0x00, 0xe6, 0x00));
    expect(log).toEqual([]);
    expect(decoder.badFrames).toBe(2);
  });
});

test('no message type is a character of text', () => {
  for (const { type } of MESSAGES) {
    const { decoder, log } = decoderOf();
    decoder.push(Uint8Array.of(0x41, type, 0x0a, 0x00));
    expect(log).toEqual([]);
    expect(decoder.badFrames).toBe(1);
  }
});
