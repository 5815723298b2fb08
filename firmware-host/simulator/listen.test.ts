import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { check } from '../check/check.js';
import { BoardClient } from '../client/board-client.js';
import { deploy } from '../deploy/deploy.js';
import { ConnectionLostError } from '../errors.js';
import { openPort } from '../open-port.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { requireSocat, temporaryDirectory } from '../testing/socat.js';
import { listenPty } from './listen-pty.js';
import { type Listener, listenTcp } from './listen-tcp.js';
import { SimulatedBoard } from './simulated-board.js';

const model = denseNetwork({ side: 28 });
const images = randomImages(100, 28);

/** Deploys and checks by the address of the port; twice, so that the port opens again. */
async function deployAndCheck(name: string, board: SimulatedBoard): Promise<void> {
  const log: string[] = [];
  for (const bytesSent of [true, false]) {
    const client = await BoardClient.connect(await openPort(name), { onLog: (text) => log.push(text) });
    board.reset();
    const report = await deploy(client, model);
    expect(report.bytesSent > 0).toBe(bytesSent);
    expect(await check(client, model, images)).toMatchObject({ images: 100, logitMismatches: 0 });
    await client.close();
  }
  expect(log.join('')).toContain('bd-edge simulated board');
  expect(board.overrunBytes).toBe(0);
}

function closing(listener: Listener): Listener {
  onTestFinished(() => listener.close());
  return listener;
}

test('a board is available by TCP, with frames of 1 KB and at the rate of a UART', async () => {
  for (const options of [{}, { bytesPerSecond: 1_000_000, maxPayload: 256 }]) {
    const board = new SimulatedBoard(options);
    const { name } = closing(await listenTcp(board, '127.0.0.1:0'));
    expect(name).toMatch(/^socket:\/\/127\.0\.0\.1:\d+$/);
    await deployAndCheck(name, board);
  }
});

test('a board is available as a pseudo-terminal, with serialport', async (context) => {
  requireSocat(context);
  const path = join(temporaryDirectory(), 'board, 1');
  const board = new SimulatedBoard();
  const listener = await listenPty(board, path);
  await deployAndCheck(path, board);
  await listener.close();
  expect(existsSync(path)).toBe(false);
});

test('reports a board that is unplugged during a deployment', async (context) => {
  requireSocat(context);
  const path = join(temporaryDirectory(), 'board');
  const listener = await listenPty(new SimulatedBoard(), path);
  const client = await BoardClient.connect(await openPort(path));
  const onProgress = () => void listener.close();
  await expect(deploy(client, model, { onProgress })).rejects.toThrow(ConnectionLostError);
  await client.close();
});

test('a new connection replaces the previous one', async () => {
  const board = new SimulatedBoard();
  const { name } = closing(await listenTcp(board, '127.0.0.1:0'));
  const first = await openPort(name);
  const second = await BoardClient.connect(await openPort(name));
  expect(await first.closed).toBeInstanceOf(ConnectionLostError);
  expect((await second.hello()).board).toBe('simulated');
  await second.close();
});

test('rejects addresses at which it cannot listen', async () => {
  const board = new SimulatedBoard();
  const { name } = closing(await listenTcp(board, '127.0.0.1:0'));
  await expect(listenTcp(board, name.slice('socket://'.length))).rejects.toMatchObject({ code: 'port-busy' });
  await expect(listenTcp(board, '127.0.0.1')).rejects.toMatchObject({ code: 'invalid-port' });
  await expect(listenTcp(board, '192.0.2.1:0')).rejects.toMatchObject({ code: 'port-open-failed' });
});

test('a pseudo-terminal does not replace a file', async (context) => {
  requireSocat(context);
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(path, '');
  await expect(listenPty(new SimulatedBoard(), path)).rejects.toMatchObject({ code: 'port-busy' });
  await expect(listenPty(new SimulatedBoard(), join(path, 'below'))).rejects.toMatchObject({
    code: 'port-open-failed',
  });
});

test('reports missing socat', async () => {
  const path = process.env.PATH;
  onTestFinished(() => {
    process.env.PATH = path;
  });
  process.env.PATH = temporaryDirectory();
  await expect(listenPty(new SimulatedBoard(), '/tmp/unused')).rejects.toMatchObject({ dependency: 'socat' });
});

test('sim: keeps its uploads in a directory', async () => {
  const directory = join(temporaryDirectory(), 'board');
  const name = `sim:?store=${encodeURIComponent(directory)}`;
  for (const bytesSent of [true, false]) {
    const client = await BoardClient.connect(await openPort(name));
    expect((await deploy(client, model)).bytesSent > 0).toBe(bytesSent);
    await client.close();
  }
  expect(readdirSync(directory).sort()).toContain('active');
});
