import { expect, test } from 'vitest';
import { ConnectionLostError } from '../errors.js';
import { transportPair } from './pair.js';

test('bytes arrive at the other end in order, and not within the write', async () => {
  const [a, b] = transportPair('pair');
  const arrived: number[] = [];
  b.onData((bytes) => arrived.push(...bytes));
  const first = a.write(Uint8Array.of(1, 2));
  const second = a.write(Uint8Array.of(3));
  expect(arrived).toEqual([]);
  await Promise.all([first, second]);
  expect(arrived).toEqual([1, 2, 3]);
});

test('keeps bytes that arrive before there is a listener', async () => {
  const [a, b] = transportPair('pair');
  await a.write(Uint8Array.of(1));
  await a.write(Uint8Array.of(2));
  const arrived: number[] = [];
  b.onData((bytes) => arrived.push(...bytes));
  expect(arrived).toEqual([1, 2]);
});

test('closing one end gives the other the reason, after all bytes have arrived', async () => {
  const [a, b] = transportPair('pair');
  const arrived: number[] = [];
  b.onData((bytes) => arrived.push(...bytes));
  void a.write(Uint8Array.of(7));
  await a.close();
  expect(await a.closed).toBeUndefined();
  expect(await b.closed).toBeInstanceOf(ConnectionLostError);
  expect(arrived).toEqual([7]);
  await expect(a.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'connection-lost', port: 'pair' });
  await expect(b.write(Uint8Array.of(1))).rejects.toThrow(ConnectionLostError);
  await b.close();
});
