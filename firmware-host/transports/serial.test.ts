import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { requireSocat, temporaryDirectory } from '../testing/socat.js';
import { LineLostError, PortBusyError, PortError, PortNotFoundError } from './errors.js';
import { openingError, openSerial } from './serial.js';

/** Two pseudo-terminals, joined like the two ends of a cable. */
async function cable(context: TestContext) {
  requireSocat(context);
  const directory = temporaryDirectory();
  const ends = [join(directory, 'a'), join(directory, 'b')];
  const socat = spawn('socat', ['-d', '-d', ...ends.map((end) => `PTY,raw,echo=0,link=${end}`)]);
  onTestFinished(() => void socat.kill());
  await new Promise<void>((resolve) => {
    socat.stderr.on('data', (text) => {
      if (String(text).includes('starting data transfer loop')) resolve();
    });
  });
  return { ends, socat };
}

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
  await expect(a.write(all)).rejects.toThrow(LineLostError);
  await a.close();
  await b.close();
});

test('a port that is unplugged is a lost line', async (context) => {
  const { ends, socat } = await cable(context);
  const line = await openSerial(ends[0]);
  socat.kill();
  expect(await line.closed).toMatchObject({
    name: 'LineLostError',
    message: `The line to ${ends[0]} was lost: it was unplugged or its driver stopped.`,
  });
  await expect(line.write(Uint8Array.of(1))).rejects.toThrow(LineLostError);
  await line.close();
});

test('a port that is open already is busy', async (context) => {
  const { ends } = await cable(context);
  const line = await openSerial(ends[0]);
  await expect(openSerial(ends[0])).rejects.toThrow(PortBusyError);
  await line.close();
  await (await openSerial(ends[0])).close();
});

test('a port that is not there', async () => {
  await expect(openSerial('/dev/no-such-port')).rejects.toThrow(PortNotFoundError);
});

test('a file that is no port', async () => {
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(path, '');
  chmodSync(path, 0o600);
  await expect(openSerial(path)).rejects.toThrow(PortError);
});

// What serialport 13 says on Linux, macOS and Windows.
test.each([
  ['Error: No such file or directory, cannot open /dev/x', 'PortNotFoundError', 'There is no port /dev/x'],
  ['Opening COM9: File not found', 'PortNotFoundError', 'There is no port /dev/x'],
  ['Error: Permission denied, cannot open /dev/x', 'PortPermissionError', '/dev/x may not be opened'],
  ['Opening COM9: Access denied', 'PortPermissionError', '/dev/x may not be opened'],
  ['Error Resource temporarily unavailable Cannot lock port', 'PortBusyError', 'is open in another program'],
  ['Error: Device or resource busy, cannot open /dev/x', 'PortBusyError', 'is open in another program'],
  [
    'Error: Inappropriate ioctl for device, cannot open',
    'PortOpenError',
    '/dev/x could not be opened: Error',
  ],
])('%s', (said, name, message) => {
  const error = openingError('/dev/x', new Error(said));
  expect(error.name).toBe(name);
  expect(error.message).toContain(message);
});
