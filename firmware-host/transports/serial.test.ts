import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeviceError } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { ConnectionLostError } from '../errors.js';
import { cable, temporaryDirectory } from '../testing/socat.js';
import { openingError, openSerial } from './serial.js';

test('carries every byte both ways through a pseudo-terminal', async (context) => {
  const { ends } = await cable(context);
  const [a, b] = await Promise.all(ends.map((end) => openSerial(end)));
  const all = Uint8Array.from({ length: 4096 }, (_, i) => i);
  for (const [from, to] of [
    [a, b],
    [b, a],
  ]) {
    const arrived: number[] = [];
    const whole = new Promise<void>((resolve) =>
      to.onData((bytes) => {
        arrived.push(...bytes);
        if (arrived.length >= all.length) resolve();
      }),
    );
    await from.write(all);
    await whole;
    expect(Uint8Array.from(arrived)).toEqual(all);
  }
  await a.close();
  expect(await a.closed).toBeUndefined();
  await expect(a.write(all)).rejects.toThrow(ConnectionLostError);
  await a.close();
  await b.close();
});

test('reports a port that is unplugged', async (context) => {
  const { ends, socat } = await cable(context);
  const transport = await openSerial(ends[0]);
  socat.kill();
  expect(await transport.closed).toMatchObject({ name: 'ConnectionLostError', port: ends[0] });
  await expect(transport.write(Uint8Array.of(1))).rejects.toThrow(ConnectionLostError);
  await transport.close();
});

test('reports a port that is already open', async (context) => {
  const { ends } = await cable(context);
  const transport = await openSerial(ends[0]);
  await expect(openSerial(ends[0])).rejects.toMatchObject({ code: 'port-busy', port: ends[0] });
  await transport.close();
  await (await openSerial(ends[0])).close();
});

test('reports a port that does not exist', async () => {
  await expect(openSerial('/dev/no-such-port')).rejects.toMatchObject({ code: 'port-not-found' });
});

test('reports a file that is not a port', async () => {
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(path, '');
  chmodSync(path, 0o600);
  await expect(openSerial(path)).rejects.toThrow(DeviceError);
});

// Messages of serialport 13 on Linux, macOS and Windows.
test.each([
  ['Error: No such file or directory, cannot open /dev/x', 'port-not-found'],
  ['Opening COM9: File not found', 'port-not-found'],
  ['Error: Permission denied, cannot open /dev/x', 'port-permission-denied'],
  ['Opening COM9: Access denied', 'port-permission-denied'],
  ['Error Resource temporarily unavailable Cannot lock port', 'port-busy'],
  ['Error: Device or resource busy, cannot open /dev/x', 'port-busy'],
  ['Error: Inappropriate ioctl for device, cannot open', 'port-open-failed'],
])('%s', (message, code) => {
  expect(openingError('/dev/x', new Error(message))).toMatchObject({ code, port: '/dev/x' });
});
