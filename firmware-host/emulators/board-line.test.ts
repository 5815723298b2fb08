import { expect, test } from 'vitest';
import { transportPair } from '../transports/pair.js';
import type { Transport } from '../transports/transport.js';
import { BoardLine } from './board-line.js';

const heard = (line: Transport): number[] => {
  const bytes: number[] = [];
  line.onData((piece) => bytes.push(...piece));
  return bytes;
};
const turns = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('what a board says to nobody is kept for the first who listens, the last of it', async () => {
  const line = new BoardLine(() => {});
  line.send(new Uint8Array(5000).fill(1));
  line.send(Uint8Array.of(2, 3));
  const [here, there] = transportPair('first');
  line.attach(there);
  const bytes = heard(here);
  await turns();
  expect(bytes).toHaveLength(4096);
  expect(bytes.slice(-3)).toEqual([1, 2, 3]);
});

test('one line at a time: a new one takes over', async () => {
  const received: number[] = [];
  const line = new BoardLine((bytes) => received.push(...bytes));
  const [first, firstEnd] = transportPair('first');
  line.attach(firstEnd);
  await first.write(Uint8Array.of(1));
  const [second, secondEnd] = transportPair('second');
  line.attach(secondEnd);
  expect(await first.closed).toBeInstanceOf(Error);
  await second.write(Uint8Array.of(2));
  const bytes = heard(second);
  line.send(Uint8Array.of(7));
  await turns();
  expect(received).toEqual([1, 2]);
  expect(bytes).toEqual([7]);
});
