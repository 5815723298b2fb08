import { expect, test } from 'vitest';
import { LineLostError } from './errors.js';
import { transportPair } from './pair.js';

test('what one end writes arrives at the other, in order, and not within the write', async () => {
  const [a, b] = transportPair('pair');
  const arrived: number[] = [];
  b.onData((bytes) => arrived.push(...bytes));
  const first = a.write(Uint8Array.of(1, 2));
  const second = a.write(Uint8Array.of(3));
  expect(arrived).toEqual([]);
  await Promise.all([first, second]);
  expect(arrived).toEqual([1, 2, 3]);
});

test('bytes that come before anyone listens are kept', async () => {
  const [a, b] = transportPair('pair');
  await a.write(Uint8Array.of(1));
  await a.write(Uint8Array.of(2));
  const arrived: number[] = [];
  b.onData((bytes) => arrived.push(...bytes));
  expect(arrived).toEqual([1, 2]);
});

test('closing one end tells the other why, once everything has arrived', async () => {
  const [a, b] = transportPair('pair');
  const arrived: number[] = [];
  b.onData((bytes) => arrived.push(...bytes));
  void a.write(Uint8Array.of(7));
  await a.close();
  expect(await a.closed).toBeUndefined();
  expect(await b.closed).toBeInstanceOf(LineLostError);
  expect(arrived).toEqual([7]);
  await expect(a.write(Uint8Array.of(1))).rejects.toThrow('The line to pair was lost: it is closed.');
  await expect(b.write(Uint8Array.of(1))).rejects.toThrow(LineLostError);
  await b.close();
});
