import {
  cobsBound,
  cobsDecode,
  cobsEncode,
  concat,
  decodeFrame,
  digestHex,
  digestOf,
  encodeFrame,
  type Frame,
  FrameDecoder,
  messages,
} from '@bd-edge/host/internal';
import { crc32 } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { requireCompiler } from '../testing/compiler.js';
import { probe } from '../testing/probe.js';

/* Compares C with TypeScript on the same random inputs: many at once, since each run is a process. */

beforeEach(requireCompiler);

const byte = fc.oneof(fc.constant(0), fc.constant(1), fc.integer({ min: 0, max: 255 }));
const anyBytes = (maxLength: number) =>
  fc.array(byte, { maxLength, size: 'max' }).map((list) => Uint8Array.from(list));

const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, 300);

test('CRC-32', () => {
  const inputs = [new Uint8Array(), ...sample(anyBytes(400))];
  const expected = inputs.map((bytes) => crc32(bytes).toString(16).padStart(8, '0'));
  expect(probe('crc32', inputs)).toEqual(expected);
});

test('SHA-256 of every length around its block size', () => {
  const inputs = [
    ...Array.from({ length: 200 }, (_, length) => new Uint8Array(length).fill(length)),
    ...sample(anyBytes(1000)),
  ];
  expect(probe('sha256', inputs)).toEqual(inputs.map((bytes) => digestHex(digestOf(bytes))));
});

test('COBS: decodes encodings and rejects other bytes', () => {
  const encoded = sample(anyBytes(600)).map((bytes) => {
    const output = new Uint8Array(cobsBound(bytes.length));
    return output.subarray(0, cobsEncode(bytes, output));
  });
  const inputs = [...encoded, ...sample(anyBytes(600))];
  const expected = inputs.map((bytes) => {
    const copy = bytes.slice();
    const length = cobsDecode(copy);
    return length < 0 ? 'invalid' : Buffer.from(copy.subarray(0, length)).toString('hex');
  });
  expect(expected.filter((answer) => answer === 'invalid').length).toBeGreaterThan(100);
  expect(probe('cobs-decode', inputs)).toEqual(expected);
});

const anyFrame = fc.record<Frame>({
  type: fc.integer({ min: 0, max: 255 }),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  payload: anyBytes(1100),
});

const describeFrame = ({ type, sequence, payload }: Frame) =>
  type.toString(16).padStart(2, '0') +
  sequence.toString(16).padStart(4, '0') +
  Buffer.from(payload).toString('hex');

test('frames: writes the same bytes as the host', () => {
  const edges = [253, 254, 255, 508, 509].map((length) => ({
    type: 1,
    sequence: 0x0101,
    payload: new Uint8Array(length).fill(7),
  }));
  const frames = [...edges, ...sample(anyFrame)];
  const written = probe(
    'write',
    frames.map((frame) => Buffer.from(describeFrame(frame), 'hex')),
  );
  expect(written).toEqual(frames.map((frame) => Buffer.from(encodeFrame(frame)).toString('hex')));
});

test('frames: finds the same frames in any stream as the host, except those that are too long', () => {
  const piece = fc.oneof(
    anyFrame.map(encodeFrame),
    anyBytes(300),
    fc.tuple(anyFrame, fc.nat(), fc.integer({ min: 1, max: 255 })).map(([frame, at, change]) => {
      const wire = encodeFrame(frame).slice();
      wire[at % wire.length] ^= change;
      return wire;
    }),
  );
  const streams = sample(fc.array(piece, { maxLength: 8 }).map(concat));
  const expected = streams.map((stream) => {
    let found = '';
    // The host accepts slightly longer payloads if they are not longer on the wire; a board does not.
    const onFrame = (frame: Frame) => {
      if (frame.payload.length <= 1024) found += `${describeFrame(frame)} `;
    };
    const decoder = new FrameDecoder({ onFrame }, 1024);
    decoder.push(stream);
    return found;
  });
  expect(expected.join('').length).toBeGreaterThan(1000);
  expect(probe('read', streams)).toEqual(expected);
  const tooLong = encodeFrame({ type: 1, sequence: 1, payload: new Uint8Array(1025) });
  expect(decodeFrame(tooLong.subarray(1, -1).slice())).toBeDefined();
  expect(probe('read', [tooLong])).toEqual(['']);
});

test('messages: reads the same fields as the host, and ignores bytes after the last one', () => {
  const payload = fc.tuple(fc.nat({ max: 2 }), fc.uint8Array({ minLength: 30, maxLength: 60 }));
  const inputs = sample(payload).map(([slot, rest]) => Uint8Array.of(slot, ...rest));
  // A length in its range, since few random ones are.
  for (const input of inputs.slice(50)) input.fill(0, 3, 5);
  const expected = inputs.map((input) => {
    try {
      const { slot, length, digest } = messages.UPLOAD_BEGIN.decode(input);
      return (
        [slot, length].map((n, i) => n.toString(16).padStart(2 + 6 * i, '0')).join('') + digestHex(digest)
      );
    } catch {
      return 'malformed';
    }
  });
  const longer = inputs.filter((input, i) => input.length > 37 && expected[i] !== 'malformed');
  expect(longer.length).toBeGreaterThan(50);
  expect(expected.filter((text) => text === 'malformed').length).toBeGreaterThan(50);
  expect(probe('upload-begin', inputs)).toEqual(expected);
});
