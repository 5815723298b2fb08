import { expect, test } from 'vitest';
import { transportPair } from '../transports/pair.js';
import type { Transport } from '../transports/transport.js';
import { TransportSocket } from './transport-socket.js';

const received = (transport: Transport): number[] => {
  const bytes: number[] = [];
  transport.onData((piece) => bytes.push(...piece));
  return bytes;
};
const turns = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('keeps the last bytes without a transport for the first one', async () => {
  const socket = new TransportSocket(() => {});
  socket.send(new Uint8Array(5000).fill(1));
  socket.send(Uint8Array.of(2, 3));
  const [here, there] = transportPair('first');
  socket.attach(there);
  const bytes = received(here);
  await turns();
  expect(bytes).toHaveLength(4096);
  expect(bytes.slice(-3)).toEqual([1, 2, 3]);
});

test('a new transport replaces the previous one', async () => {
  const inward: number[] = [];
  const socket = new TransportSocket((bytes) => inward.push(...bytes));
  const [first, firstEnd] = transportPair('first');
  socket.attach(firstEnd);
  await first.write(Uint8Array.of(1));
  const [second, secondEnd] = transportPair('second');
  socket.attach(secondEnd);
  expect(await first.closed).toBeInstanceOf(Error);
  await second.write(Uint8Array.of(2));
  const bytes = received(second);
  socket.send(Uint8Array.of(7));
  await turns();
  expect(inward).toEqual([1, 2]);
  expect(bytes).toEqual([7]);
});
