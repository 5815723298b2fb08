import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { BoardClient, openPort } from '@bd-edge/host/internal';
import { expect, onTestFinished, test } from 'vitest';
import { denseNetwork } from '../../firmware-host/testing/network.js';
import { LOOPS, oddEngine } from '../../firmware-host/testing/odd-engine.js';
import { rejection } from '../../sdk/testing/throws.js';
import { bdEdge, command, failure, json } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();

test('a board process ends with a command that cannot listen', () => {
  const firmware = join(folder, 'firmware.sh');
  const script = join(folder, 'firmware.cjs');
  const listening = 'console.log(`127.0.0.1:${this.address().port}`)';
  writeFileSync(script, `require('net').createServer().listen(0, function () { ${listening} });`);
  writeFileSync(firmware, `#!/bin/sh\nexec ${process.execPath} ${script}\n`, { mode: 0o755 });
  expect(
    failure({}, 'simulate', '--board', 'posix', '--firmware', firmware, '--listen', 'nonsense'),
  ).toMatchObject({ status: 2 });
});

const model = join(folder, 'model.bdm');
writeFileSync(model, denseNetwork());
const endless = join(folder, 'endless.wasm');
writeFileSync(endless, oddEngine({ code: { run: LOOPS } }));

/** Starts `bd-edge simulate`. @returns the process, its port, and what it prints on standard error */
async function simulator(
  ...args: string[]
): Promise<{ child: ChildProcess; port: string; messages: string[] }> {
  const child = spawn(process.execPath, [command, 'simulate', ...args, '--json']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const messages: string[] = [];
  child.stderr.on('data', (bytes) => messages.push(String(bytes)));
  const [line] = await once(child.stdout, 'data');
  return { child, port: JSON.parse(String(line)).port, messages };
}

test('an engine that never returns is stopped, and the simulator continues to serve', async () => {
  const { child, port } = await simulator('--listen', '127.0.0.1:0', '--time-limit', '1');
  expect(bdEdge('deploy', model, '--port', port, '--engine', endless).status).toBe(0);
  const client = await BoardClient.connect(await openPort(port));
  for (let image = 0; image < 2; image++) {
    expect(await rejection(client.infer(new Uint8Array(36)))).toMatchObject({ code: 'engine-trapped' });
  }
  await client.close();
  expect(json(bdEdge('deploy', model, '--port', port, '--json')).board).toBe('simulated');
  child.kill('SIGINT');
  expect((await once(child, 'close'))[0]).toBe(0);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends it at once while an engine runs',
  async (signal) => {
    const { child, port } = await simulator('--listen', '127.0.0.1:0');
    expect(bdEdge('deploy', model, '--port', port, '--engine', endless).status).toBe(0);
    const client = await BoardClient.connect(await openPort(port));
    const running = rejection(client.infer(new Uint8Array(36)));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const start = performance.now();
    child.kill(signal);
    expect((await once(child, 'close'))[0]).toBe(0);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(await running).toMatchObject({ code: 'connection-lost' });
  },
);

test('a page, a port scan and a second client do not disturb a running deployment', async () => {
  const { port } = await simulator('--listen', '127.0.0.1:0', '--baud', '115200');
  const deployment = spawn(process.execPath, [command, 'deploy', 'mnist-8k', '--port', port]);
  await once(deployment.stderr, 'data');
  const received: string[] = [];
  for (const text of ['GET / HTTP/1.1\r\n\r\n', '', '\0']) {
    const socket = connect(Number(/\d+$/.exec(port)?.[0]), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(text);
    const [bytes] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    received.push(String(bytes));
    socket.destroy();
  }
  expect(received).toEqual(Array(3).fill('busy: another client is connected to this board\r\n'));
  expect(failure({}, 'deploy', 'mnist-8k', '--port', port)).toMatchObject({ status: 3 });
  expect((await once(deployment, 'close'))[0]).toBe(0);
});

test('warns about an address that other computers reach', async () => {
  const open = await simulator('--listen', '0.0.0.0:0');
  while (open.messages.length === 0) await once(open.child.stderr as Readable, 'data');
  expect(open.messages.join('')).toMatch(/^warning: any computer/);
  const local = await simulator('--listen', 'localhost:0');
  local.child.kill('SIGINT');
  await once(local.child, 'close');
  expect(local.messages).toEqual([]);
});
