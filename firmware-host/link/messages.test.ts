import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HELLO, MESSAGES, PUT, WELCOME } from './messages.js';
import { MIN_PAYLOAD } from './protocol.js';
import { type Field, MalformedMessageError, type Message } from './record.js';

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

test.each(all)('$name decodes any bytes, or says why not', ({ message }) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 256, size: 'max' }), (payload) => {
      try {
        // What was accepted has one encoding: nothing in the payload is ignored.
        const values = message.decode(payload);
        if (!('board' in values || 'reason' in values)) expect(message.encode(values)).toEqual(payload);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedMessageError);
      }
    }),
  );
});

test.each(all)('$name cut short or too long is refused', ({ message }) => {
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
        expect(() => message.decode(longer)).toThrow(MalformedMessageError);
      }
    }),
  );
});

test('types and fields out of range are told by name', () => {
  const digest = new Uint8Array(32);
  expect(() => PUT.encode({ slot: 2, length: 1, digest })).toThrow(
    'PUT.slot must be an integer from 0 to 1, but is 2.',
  );
  expect(() => PUT.encode({ slot: 1, length: 0.5, digest })).toThrow('PUT.length');
  expect(() => PUT.encode({ slot: 1, length: 5, digest: digest.subarray(1) })).toThrow(
    'PUT.digest takes 32 bytes',
  );
});

test('a name from the wire cannot command a terminal', () => {
  const welcome = WELCOME.decode(
    WELCOME.encode({
      protocol: 1,
      engineAbi: 1,
      kernels: 0,
      maxPayload: 128,
      windowFrames: 1,
      windowBytes: 1,
      ramBytes: 0,
      weightsInPlace: 0,
      ticksPerSecond: 1,
      engineDigest: new Uint8Array(32),
      modelDigest: new Uint8Array(32),
      board: '\u001b[2Jboard',
      interpreter: '',
    }),
  );
  expect(welcome.board).toBe('\ufffd[2Jboard');
});

test('every type is used once, and every request of fixed size fits the smallest board', () => {
  expect(new Set(all.map(({ message }) => message.type)).size).toBe(all.length);
  for (const { message } of all) expect(message.fixedBytes).toBeLessThanOrEqual(MIN_PAYLOAD);
});

test('HELLO is the same in every version', () => {
  expect(HELLO.type).toBe(1);
  expect(HELLO.encode({ protocol: 1 })).toEqual(Uint8Array.of(1, 0));
});
