import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { encodeFrame } from '@bd-edge/host/internal';
import { expect, onTestFinished, test } from 'vitest';
import { command } from '../testing/command.js';

/** Starts the command, and waits until its port is open. @returns the board's end of it */
async function monitor(...options: string[]) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const port = `socket://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [command, 'monitor', '--port', port, ...options]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close').then(([code]) => code as number);
  const [board] = (await once(server, 'connection')) as [Socket];
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { board, child, ended, next: async () => (await lines.next()).value };
}

const frame = encodeFrame({ type: 2, sequence: 1, payload: new Uint8Array(20) });

test("prints a board's lines without the frames between them, until Ctrl-C", async () => {
  const { board, child, ended, next } = await monitor();
  board.write('bd-edge on pico\r\nno model');
  board.write(' yet\r\n');
  board.write(frame);
  board.write('receive overrun\x1b[2J\r\n');
  expect(await next()).toBe('bd-edge on pico');
  expect(await next()).toBe('no model yet');
  expect(await next()).toMatch(/^receive overrun/);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

test('prints one JSON object for each line, and an error when the board disappears', async () => {
  const { board, ended, next } = await monitor('--json');
  board.write('one\r\n');
  expect(JSON.parse(await next())).toEqual({ text: 'one' });
  board.destroy();
  expect(JSON.parse(await next())).toMatchObject({ error: { code: 'connection-lost' } });
  expect(await ended).toBe(3);
});
