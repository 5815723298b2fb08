import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HELLO, INFO, MESSAGES, UPLOAD_BEGIN } from './messages.js';
import { MIN_PAYLOAD } from './protocol.js';
import { added, type Field, MalformedMessageError, Message, text, u8, u16 } from './record.js';

function anyValue(field: Field): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'u8':
    case 'u16':
    case 'u32':
      return fc.integer({ min: field.min, max: field.max });
    case 'digest':
      return fc.uint8Array({ minLength: 32, maxLength: 32 });
    case 'text':
      return fc.string({
        unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
        maxLength: 64,
      });
    case 'bytes':
      return fc.uint8Array();
    case 'i32s':
      return fc.int32Array();
    case 'u32s':
      return fc.uint32Array();
  }
}

const anyValues = (message: Message) =>
  fc.record(
    Object.fromEntries(Object.entries(message.fields).map(([name, field]) => [name, anyValue(field)])),
  );

const all = (MESSAGES as readonly unknown[] as Message[]).map((message) => ({ name: message.name, message }));

test.each(all)('$name decodes what it encodes', ({ message }) => {
  fc.assert(
    fc.property(anyValues(message), (values) => {
      expect(message.decode(message.encode(values as never))).toEqual(values);
    }),
  );
});

test.each(all)('$name decodes any bytes or rejects them', ({ message }) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 256, size: 'max' }), (payload) => {
      try {
        // An accepted payload has one encoding, besides bytes after the last field.
        const values = message.decode(payload);
        const encoding = message.encode(values);
        if (!('board' in values || 'reason' in values)) {
          expect(encoding).toEqual(payload.subarray(0, encoding.length));
        }
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedMessageError);
      }
    }),
  );
});

test.each(all)('$name rejects a short payload and ignores bytes after its last field', ({ message }) => {
  fc.assert(
    fc.property(anyValues(message), fc.nat(), (values, cut) => {
      const payload = message.encode(values as never).subarray(0, message.fixedBytes);
      if (payload.length > 0) {
        expect(() => message.decode(payload.subarray(0, cut % payload.length))).toThrow(
          MalformedMessageError,
        );
      }
      const last = Object.values(message.fields).at(-1);
      if (last === undefined || !['bytes', 'i32s', 'u32s'].includes(last.kind)) {
        const longer = Uint8Array.of(...message.encode(values as never), 0);
        expect(message.decode(longer)).toEqual(values);
      }
    }),
  );
});

test('rejects values out of range', () => {
  const digest = new Uint8Array(32);
  expect(() => UPLOAD_BEGIN.encode({ slot: 2, length: 1, digest })).toThrow(MalformedMessageError);
  expect(() => UPLOAD_BEGIN.encode({ slot: 1, length: 0.5, digest })).toThrow(MalformedMessageError);
  expect(() => UPLOAD_BEGIN.encode({ slot: 1, length: 5, digest: digest.subarray(1) })).toThrow(
    MalformedMessageError,
  );
});

test('replaces control characters in texts, which could command a terminal', () => {
  const info = INFO.decode(
    INFO.encode({
      protocol: 1,
      engineAbi: 1,
      kernels: 0,
      maxPayload: 128,
      windowFrames: 1,
      windowBytes: 1,
      ramBytes: 0,
      weightsInPlace: 0,
      anyEngine: 0,
      ticksPerSecond: 1,
      engineDigest: new Uint8Array(32),
      modelDigest: new Uint8Array(32),
      board: '\u001b[2Jboard',
      interpreter: '',
    }),
  );
  expect(info.board).toBe('\ufffd[2Jboard');
});

test('every type is unique, and every message of fixed size fits the smallest board', () => {
  expect(new Set(all.map(({ message }) => message.type)).size).toBe(all.length);
  for (const { message } of all) expect(message.fixedBytes).toBeLessThanOrEqual(MIN_PAYLOAD);
});

test('HELLO is the same in every version', () => {
  expect(HELLO.type).toBe(1);
  expect(HELLO.encode({ protocol: 1 })).toEqual(Uint8Array.of(1, 0));
});

test('a message of an older minor version lacks fields, and one of a newer version has more', () => {
  const older = new Message('TEST', 1, { slot: u8(), name: text });
  const newer = new Message('TEST', 1, { slot: u8(), name: text, level: added(u16(), 7) });
  expect(newer.decode(older.encode({ slot: 1, name: 'a' }))).toEqual({ slot: 1, name: 'a', level: 7 });
  expect(older.decode(newer.encode({ slot: 1, name: 'a', level: 9 }))).toEqual({ slot: 1, name: 'a' });
  // Half a field is not an older version.
  const half = newer.encode({ slot: 1, name: 'a', level: 9 }).slice(0, -1);
  expect(() => newer.decode(half)).toThrow(MalformedMessageError);
});
