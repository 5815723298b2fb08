import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DO,
  DONT,
  escapeIac,
  IAC,
  MAX_SUBNEGOTIATION_BYTES,
  SB,
  SE,
  subnegotiation,
  TelnetDecoder,
  WILL,
  WONT,
} from './telnet.js';

type Item =
  | { kind: 'data'; bytes: number[] }
  | { kind: 'negotiation'; command: number; option: number }
  | { kind: 'sub'; option: number; value: number[] };

/** Bytes among which 255 and the other commands are frequent. */
const byte = fc.oneof(fc.constantFrom(IAC, SE, SB, WILL, DONT, 0, 13), fc.integer({ min: 0, max: 255 }));
const item: fc.Arbitrary<Item> = fc.oneof(
  fc.record({ kind: fc.constant('data' as const), bytes: fc.array(byte) }),
  fc.record({
    kind: fc.constant('negotiation' as const),
    command: fc.constantFrom(WILL, WONT, DO, DONT),
    option: byte,
  }),
  fc.record({
    kind: fc.constant('sub' as const),
    option: byte.filter((option) => option !== IAC),
    value: fc.array(byte, { maxLength: 20 }),
  }),
);

const encode = (item: Item): Uint8Array => {
  if (item.kind === 'data') return escapeIac(Uint8Array.from(item.bytes));
  if (item.kind === 'negotiation') return Uint8Array.of(IAC, item.command, item.option);
  return subnegotiation(item.option, item.value);
};

/** Decodes pieces, and returns data and commands. */
function decode(pieces: readonly Uint8Array[]) {
  const data: number[] = [];
  const commands: Item[] = [];
  let overlong = 0;
  const decoder = new TelnetDecoder({
    onNegotiation: (command, option) => commands.push({ kind: 'negotiation', command, option }),
    onSubnegotiation: (option, value) => commands.push({ kind: 'sub', option, value: [...value] }),
    onOverlong: () => overlong++,
  });
  for (const piece of pieces) data.push(...decoder.push(piece));
  return { data, commands, overlong };
}

/** Cuts bytes at random places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [0, ...places.map((share) => Math.floor(share * bytes.length)), bytes.length];
  ends.sort((a, b) => a - b);
  return ends.slice(1).map((end, i) => bytes.subarray(ends[i], end));
}

test('data and commands come back, wherever the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(item),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
      (items, places) => {
        const bytes = Uint8Array.from(items.flatMap((item) => [...encode(item)]));
        expect(decode(cut(bytes, places))).toEqual({
          data: items.flatMap((item) => (item.kind === 'data' ? item.bytes : [])),
          commands: items.filter(({ kind }) => kind !== 'data'),
          overlong: 0,
        });
      },
    ),
  );
});

test('any bytes at all are decoded to at most as many, in bounded memory', () => {
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 2000 }), (bytes) => {
      const { data, commands } = decode([Uint8Array.from(bytes)]);
      expect(data.length).toBeLessThanOrEqual(bytes.length);
      for (const command of commands)
        if (command.kind === 'sub') expect(command.value.length).toBeLessThan(MAX_SUBNEGOTIATION_BYTES);
    }),
  );
});

test('a subnegotiation that is too long is reported once, and discarded', () => {
  const long = Array.from({ length: MAX_SUBNEGOTIATION_BYTES + 10 }, () => 1);
  expect(decode([subnegotiation(44, long), Uint8Array.of(7)])).toEqual({
    data: [7],
    commands: [],
    overlong: 1,
  });
  const longest = Array.from({ length: MAX_SUBNEGOTIATION_BYTES - 1 }, () => 1);
  expect(decode([subnegotiation(44, longest)]).commands).toHaveLength(1);
});

test('another command ends a subnegotiation', () => {
  const bytes = Uint8Array.of(IAC, SB, 44, 1, IAC, DO, 1, 7, IAC, SE);
  expect(decode([bytes])).toEqual({
    data: [7],
    commands: [{ kind: 'negotiation', command: DO, option: 1 }],
    overlong: 0,
  });
});
