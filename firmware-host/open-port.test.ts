import { expect, test } from 'vitest';
import { BoardClient } from './client/board-client.js';
import { openPort } from './open-port.js';

test('sim: opens a simulated board', async () => {
  const client = await BoardClient.connect(await openPort('sim:?ram=65536&payload=256&window=2'));
  expect(client.port).toBe('sim:?ram=65536&payload=256&window=2');
  expect(client.info).toMatchObject({ ramBytes: 65536, maxPayload: 256, windowFrames: 2 });
  await client.close();
});

test.each([
  ['rfc2217://host'],
  ['rfc2217://host:0'],
  ['rfc2217://host:2217?speed=3'],
  ['rfc2217://host:2217?timeout=0'],
  ['socket://host:2217?timeout=1'],
  ['loop://'],
  [''],
  ['sim:?ram=lots'],
  ['sim:?speed=3'],
  ['sim:?payload=5'],
  ['sim:?baud=0'],
  ['sim'],
  ['sim?ram=65536'],
  ['SIM:'],
])('rejects the address "%s"', async (address) => {
  const invalid = { name: 'UsageError', code: 'invalid-port', received: address };
  await expect(openPort(address)).rejects.toMatchObject(invalid);
});

test.each([
  ['127.0.0.1:7001', 'socket://127.0.0.1:7001'],
  ['localhost:7001', 'socket://localhost:7001'],
  ['board.local:7001', 'socket://board.local:7001'],
  ['[::1]:7001', 'socket://[::1]:7001'],
  ['tcp:board:7001', 'socket://board:7001'],
  ['tcp://board:7001', 'socket://board:7001'],
  ['telnet://board:23/', 'socket://board:23'],
])('names the address that %s means', async (address, meant) => {
  await expect(openPort(address)).rejects.toMatchObject({
    code: 'invalid-port',
    message: expect.stringContaining(`did you mean ${meant}?`),
  });
});

test('reports a port that does not exist', async () => {
  await expect(openPort('simulator')).rejects.toMatchObject({ code: 'port-not-found', port: 'simulator' });
});

test('rejects an invalid baud rate', async () => {
  await expect(openPort('/dev/null', { baud: 0 })).rejects.toMatchObject({ code: 'invalid-baud-rate' });
});

test('an abort ends the wait for a computer that does not respond', async () => {
  const controller = new AbortController();
  // A reserved address: no computer has it.
  const opening = openPort('socket://192.0.2.1:7000', { signal: controller.signal });
  controller.abort();
  await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
  await expect(openPort('sim:', { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
});
