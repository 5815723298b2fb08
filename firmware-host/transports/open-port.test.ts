import { expect, test } from 'vitest';
import { BoardClient } from '../client/board-client.js';
import { PortNameError, PortNotFoundError } from './errors.js';
import { openPort } from './open-port.js';

test('sim: is a board in this program', async () => {
  const client = await BoardClient.connect(await openPort('sim:?ram=65536&payload=256&window=2'));
  expect(client.port).toBe('sim:?ram=65536&payload=256&window=2');
  expect(client.welcome).toMatchObject({ ramBytes: 65536, maxPayload: 256, windowFrames: 2 });
  await client.close();
});

test.each([
  [
    'rfc2217://host:2217',
    'rfc2217:// is not a port that can be opened; use a serial port (/dev/ttyUSB0, COM3)',
  ],
  ['loop://', 'loop:// is not a port'],
  ['', 'An empty name is not a port'],
  ['sim:?ram=lots', 'The simulator\'s option ram takes a whole number, but is "lots".'],
  ['sim:?speed=3', 'A simulator has no option speed; use ram, bank, payload, window, baud, store.'],
  ['sim:?payload=5', 'maxPayload must be an integer from 128 to 4096, but is 5.'],
  ['sim:?baud=0', 'bytesPerSecond must be an integer from 1'],
  ['sim', 'There is no port sim; did you mean sim:?'],
  ['sim?ram=65536', 'There is no port sim?ram=65536; did you mean sim:?ram=65536?'],
  ['SIM:', 'There is no port SIM:; did you mean sim:?'],
  ['simulator', 'There is no port simulator; plug the board in, or see `bd-edge ports`.'],
])('%s is refused with advice', async (name, message) => {
  await expect(openPort(name)).rejects.toThrow(message);
  await expect(openPort(name)).rejects.toThrow(name === 'simulator' ? PortNotFoundError : PortNameError);
});

test('the baud rate is checked', async () => {
  await expect(openPort('/dev/null', { baud: 0 })).rejects.toThrow(
    'The baud rate must be a positive integer',
  );
});
