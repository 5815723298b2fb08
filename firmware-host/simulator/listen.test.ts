import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { check } from '../check/check.js';
import { BoardClient } from '../client/board-client.js';
import { deploy } from '../deploy/deploy.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { requireSocat, temporaryDirectory } from '../testing/socat.js';
import {
  LineLostError,
  MissingPartError,
  PortBusyError,
  PortNameError,
  PortOpenError,
} from '../transports/errors.js';
import { openPort } from '../transports/open-port.js';
import { listenPty } from './listen-pty.js';
import { type Listener, listenTcp } from './listen-tcp.js';
import { SimulatedBoard } from './simulated-board.js';

const model = denseNetwork({ side: 28 });
const images = randomImages(100, 28);

/** From an empty board to a checked one, by the port's name alone; twice, so that the port opens again. */
async function deployAndCheck(name: string, board: SimulatedBoard): Promise<void> {
  const log: string[] = [];
  for (const bytesSent of [true, false]) {
    const client = await BoardClient.connect(await openPort(name), { onLog: (text) => log.push(text) });
    board.reset();
    const report = await deploy({ client, model });
    expect(report.bytesSent > 0).toBe(bytesSent);
    expect(await check({ client, model, images })).toMatchObject({ images: 100, logitMismatches: 0 });
    await client.close();
  }
  expect(log.join('')).toContain('bd-edge simulated board');
  expect(board.overrunBytes).toBe(0);
}

function closing(listener: Listener): Listener {
  onTestFinished(() => listener.close());
  return listener;
}

test('a board is reached by TCP, in 1 KiB frames and at a UART rate', async () => {
  for (const options of [{}, { bytesPerSecond: 1_000_000, maxPayload: 256 }]) {
    const board = new SimulatedBoard(options);
    const { name } = closing(await listenTcp(board, '127.0.0.1:0'));
    expect(name).toMatch(/^socket:\/\/127\.0\.0\.1:\d+$/);
    await deployAndCheck(name, board);
  }
});

test('a board is reached through a pseudo-terminal, by serialport', async (context) => {
  requireSocat(context);
  const path = join(temporaryDirectory(), 'board, 1');
  const board = new SimulatedBoard();
  const listener = await listenPty(board, path);
  await deployAndCheck(path, board);
  await listener.close();
  expect(existsSync(path)).toBe(false);
});

test('a board that is unplugged in the middle is a lost line', async (context) => {
  requireSocat(context);
  const path = join(temporaryDirectory(), 'board');
  const listener = await listenPty(new SimulatedBoard(), path);
  const client = await BoardClient.connect(await openPort(path));
  const onProgress = () => void listener.close();
  await expect(deploy({ client, model, onProgress })).rejects.toThrow(LineLostError);
  await client.close();
});

test('a new connection takes the line over', async () => {
  const board = new SimulatedBoard();
  const { name } = closing(await listenTcp(board, '127.0.0.1:0'));
  const first = await openPort(name);
  const second = await BoardClient.connect(await openPort(name));
  expect(await first.closed).toBeInstanceOf(LineLostError);
  expect((await second.hello()).board).toBe('simulated');
  await second.close();
});

test('places where one cannot listen', async () => {
  const board = new SimulatedBoard();
  const { name } = closing(await listenTcp(board, '127.0.0.1:0'));
  await expect(listenTcp(board, name.slice('socket://'.length))).rejects.toThrow(PortBusyError);
  await expect(listenTcp(board, '127.0.0.1')).rejects.toThrow(PortNameError);
  await expect(listenTcp(board, '192.0.2.1:0')).rejects.toThrow(PortOpenError);
});

test('a pseudo-terminal does not replace a file', async (context) => {
  requireSocat(context);
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(path, '');
  await expect(listenPty(new SimulatedBoard(), path)).rejects.toThrow(PortBusyError);
  await expect(listenPty(new SimulatedBoard(), join(path, 'below'))).rejects.toThrow(PortOpenError);
});

test('without socat, says how to get it', async () => {
  const path = process.env.PATH;
  onTestFinished(() => {
    process.env.PATH = path;
  });
  process.env.PATH = temporaryDirectory();
  await expect(listenPty(new SimulatedBoard(), '/tmp/unused')).rejects.toThrow(MissingPartError);
});

test('sim: with a directory keeps its uploads', async () => {
  const directory = join(temporaryDirectory(), 'board');
  const name = `sim:?store=${encodeURIComponent(directory)}`;
  for (const bytesSent of [true, false]) {
    const client = await BoardClient.connect(await openPort(name));
    expect((await deploy({ client, model })).bytesSent > 0).toBe(bytesSent);
    await client.close();
  }
  expect(readdirSync(directory).sort()).toContain('active');
});
