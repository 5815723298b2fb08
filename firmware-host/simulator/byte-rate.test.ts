import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { transportPair } from '../transports/pair.js';
import { limitByteRate } from './byte-rate.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Waits until bytes from earlier turns have arrived. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('limits the rate in both directions and keeps the order', async () => {
  const [near, far] = transportPair('paced');
  const transport = limitByteRate(far, 1000);
  const inward: number[] = [];
  const outward: number[] = [];
  transport.onData((bytes) => inward.push(...bytes));
  near.onData((bytes) => outward.push(...bytes));
  await near.write(new Uint8Array(10).fill(1));
  await near.write(new Uint8Array(20).fill(2));
  const written = transport.write(new Uint8Array(15).fill(3));
  const arrived = async (ms: number) => {
    vi.advanceTimersByTime(ms);
    await settle();
    return [inward.length, outward.length];
  };
  expect(await arrived(9)).toEqual([0, 0]);
  // A long piece does not wait for its end.
  expect(await arrived(1)).toEqual([10, 10]);
  expect(await arrived(5)).toEqual([10, 15]);
  await written;
  expect(await arrived(4)).toEqual([10, 15]);
  expect(await arrived(10)).toEqual([20, 15]);
  expect(await arrived(1)).toEqual([30, 15]);
  expect(inward).toEqual([...Array(10).fill(1), ...Array(20).fill(2)]);
});

test('does not accumulate idle time', async () => {
  const [near, far] = transportPair('paced');
  const transport = limitByteRate(far, 1000);
  let arrived = 0;
  near.onData((bytes) => {
    arrived += bytes.length;
  });
  vi.advanceTimersByTime(5000);
  void transport.write(new Uint8Array(100));
  vi.advanceTimersByTime(99);
  await settle();
  expect(arrived).toBe(90);
  vi.advanceTimersByTime(1);
  await settle();
  expect(arrived).toBe(100);
});
