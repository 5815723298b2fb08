import { expect, test } from 'vitest';
import { ConnectionLostError } from '../errors.js';
import { transportPair } from '../transports/pair.js';
import { faultyTransport, type TransportFaults } from './faulty-transport.js';

const sent = Uint8Array.from({ length: 2000 }, (_, i) => i);

/** Returns the bytes of `sent` that arrive, and their pieces, in each direction. */
async function carry(faults: TransportFaults) {
  const [near, far] = transportPair('faulty');
  const transport = faultyTransport(far, faults);
  const inward: Uint8Array[] = [];
  const outward: Uint8Array[] = [];
  transport.onData((bytes) => inward.push(bytes));
  near.onData((bytes) => outward.push(bytes));
  await transport.write(sent).catch(() => {});
  await near.write(sent).catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  const flat = (pieces: Uint8Array[]) => pieces.flatMap((piece) => [...piece]);
  return { transport, inward, outward, in: flat(inward), out: flat(outward) };
}

test('passes all bytes without faults', async () => {
  const { in: inward, out } = await carry({ seed: 1 });
  expect(inward).toEqual([...sent]);
  expect(out).toEqual([...sent]);
});

test('each fault occurs in both directions', async () => {
  const dropped = await carry({ seed: 1, drop: 0.1 });
  const doubled = await carry({ seed: 1, duplicate: 0.1 });
  const changed = await carry({ seed: 1, corrupt: 0.1 });
  for (const way of ['in', 'out'] as const) {
    expect(dropped[way].length).toBeGreaterThan(1700);
    expect(dropped[way].length).toBeLessThan(1900);
    expect(doubled[way].length).toBeGreaterThan(2100);
    const differing = changed[way].filter((byte, i) => byte !== sent[i]).length;
    expect(changed[way].length).toBe(2000);
    expect(differing).toBeGreaterThan(100);
    expect(differing).toBeLessThan(300);
  }
  const split = await carry({ seed: 1, split: 0.1, delayMs: 0.001 });
  expect(split.outward.length).toBeGreaterThan(100);
  expect(split.out).toEqual([...sent]);
});

test('the same seed gives the same faults', async () => {
  const faults = { seed: 5, drop: 0.01, corrupt: 0.01, duplicate: 0.01 };
  const [one, two, other] = [await carry(faults), await carry(faults), await carry({ ...faults, seed: 6 })];
  expect(two.out).toEqual(one.out);
  expect(two.in).toEqual(one.in);
  expect(other.out).not.toEqual(one.out);
});

test('a cut connection stays lost', async () => {
  const { transport, out } = await carry({ seed: 1, cutAfter: 500 });
  expect(await transport.closed).toBeInstanceOf(ConnectionLostError);
  expect(out.length).toBeLessThanOrEqual(500);
  await expect(transport.write(sent)).rejects.toThrow(ConnectionLostError);
});
