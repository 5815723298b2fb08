import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { check } from '../check/check.js';
import { BoardClient } from '../client/board-client.js';
import { deploy } from '../deploy/deploy.js';
import { ConnectionLostError } from '../errors.js';
import { concat } from '../link/bytes.js';
import { encodeFrame } from '../link/frame.js';
import { FrameDecoder } from '../link/frame-decoder.js';
import { HELLO, INFO } from '../link/messages.js';
import { openPort } from '../open-port.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { requireSocat, temporaryDirectory } from '../testing/socat.js';
import type { Transport } from '../transports/transport.js';
import { MAX_QUEUED_BYTES } from './bounded-output.js';
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

function socketTo(name: string): Socket {
  const socket = connect(Number(/\d+$/.exec(name)?.[0]), '127.0.0.1');
  socket.on('error', () => {});
  return socket;
}

/** Returns the text that a connection receives until it ends. */
async function everything(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  await once(socket, 'close');
  return text;
}

const delay = (ms: number) => new Promise<undefined>((resolve) => setTimeout(resolve, ms));

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

test('refuses a second client with a line of text; the first one is undisturbed', async () => {
  const board = new SimulatedBoard();
  const { name } = closing(await listenTcp(board, '127.0.0.1:0'));
  const first = await BoardClient.connect(await openPort(name));
  await deploy(first, model);
  const checked = check(first, model, images);
  for (let scan = 0; scan < 5; scan++) {
    const received = await everything(socketTo(name));
    expect(received).toBe('busy: another client is connected to this board\r\n');
  }
  const log: string[] = [];
  const second = BoardClient.connect(await openPort(name), { onLog: (text) => log.push(text) });
  expect(await rejection(second)).toBeInstanceOf(ConnectionLostError);
  expect(log.join('')).toMatch(/^busy/);
  expect(await checked).toMatchObject({ images: 100, logitMismatches: 0 });
  await first.close();
  const third = await BoardClient.connect(await openPort(name));
  expect((await third.hello()).board).toBe('simulated');
  await third.close();
});

const hello = encodeFrame({ type: HELLO.type, sequence: 1, payload: HELLO.encode({ protocol: 1 }) });

test.each<[string, Uint8Array | string]>([
  ['an HTTP request', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
  ['an HTTP request that carries frames', `POST / HTTP/1.1\r\n\r\n${String.fromCharCode(...hello)}`],
  ['a TLS handshake', Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3)],
  ['a frame with a wrong checksum', hello.map((byte, i) => (i === 6 ? byte ^ 1 : byte))],
  ['a reply', encodeFrame({ type: INFO.type, sequence: 1, payload: new Uint8Array(4) })],
  ['zeros', new Uint8Array(100)],
  ['an endless frame', new Uint8Array(10_000).fill(1)],
])('closes a connection that starts with %s at once, without a reply', async (_, bytes) => {
  const { name } = closing(await listenTcp(new SimulatedBoard(), '127.0.0.1:0'));
  const socket = socketTo(name);
  socket.write(bytes);
  const start = performance.now();
  expect(await everything(socket)).toBe('');
  expect(performance.now() - start).toBeLessThan(1000);
  const client = await BoardClient.connect(await openPort(name));
  await client.close();
});

test('a connection that sends nothing does not keep clients away', async () => {
  const { name } = closing(await listenTcp(new SimulatedBoard(), '127.0.0.1:0'));
  const scans = Array.from({ length: 5 }, () => socketTo(name));
  await once(scans[4], 'connect');
  const client = await BoardClient.connect(await openPort(name));
  await client.close();
  for (const socket of scans) socket.destroy();
});

test('accepts a first frame that arrives byte by byte', async () => {
  const { name } = closing(await listenTcp(new SimulatedBoard(), '127.0.0.1:0'));
  const socket = socketTo(name).setNoDelay(true);
  for (const byte of hello) {
    socket.write(Uint8Array.of(byte));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const frames: number[] = [];
  const decoder = new FrameDecoder({ onFrame: ({ type }) => frames.push(type), onText() {} });
  while (frames.length === 0) decoder.push((await once(socket, 'data'))[0]);
  expect(frames).toEqual([INFO.type]);
  socket.destroy();
});

test.each([
  ['without a limit of its rate', undefined],
  ['at the rate of a UART', 10_000_000],
])('reads no more from a client that does not read its replies, %s', async (_, bytesPerSecond) => {
  const board = new SimulatedBoard({ bytesPerSecond });
  let queued = 0;
  const watched = {
    attach(end: Transport) {
      board.attach({
        ...{ name: end.name, closed: end.closed },
        onData: (listener) => end.onData(listener),
        write: (bytes) => {
          queued += bytes.length;
          return end.write(bytes).finally(() => {
            queued -= bytes.length;
          });
        },
        close: () => end.close(),
      });
    },
  };
  const { name } = closing(await listenTcp(watched, '127.0.0.1:0'));
  const socket = socketTo(name);
  const many = concat(Array.from({ length: 5000 }, () => hello));
  let most = 0;
  // 50 MB of requests would get 600 MB of replies.
  for (let sent = 0; sent < 50_000_000; sent += many.length) {
    const accepted = socket.write(many) || (await Promise.race([once(socket, 'drain'), delay(500)]));
    most = Math.max(most, queued);
    if (!accepted) break;
  }
  expect(most).toBeLessThan(MAX_QUEUED_BYTES);
  expect(socket.writableLength).toBeGreaterThan(0);
  // It continues as soon as the client reads.
  const [bytes] = await once(socket, 'data');
  expect(bytes.length).toBeGreaterThan(0);
  socket.destroy();
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

test('a port scan and second clients do not disturb a check', async () => {
  const board = new SimulatedBoard();
  const { name } = closing(await listenTcp(board, '127.0.0.1:0'));
  const client = await BoardClient.connect(await openPort(name));
  await deploy(client, model);
  let over = false;
  const checked = check(client, model, images).finally(() => {
    over = true;
  });
  let connections = 0;
  while (!over || connections < 12) {
    const socket = socketTo(name);
    onTestFinished(() => void socket.destroy());
    await Promise.race([once(socket, 'connect').catch(() => {}), delay(500)]);
    const kind = connections++ % 4;
    if (kind === 0) socket.end();
    else if (kind === 1) socket.resetAndDestroy();
    else if (kind === 2) socket.write('GET / HTTP/1.1\r\n\r\n');
    else
      expect((await rejection(BoardClient.connect(await openPort(name)))).name).toBe('ConnectionLostError');
  }
  expect(await checked).toMatchObject({ images: 100, logitMismatches: 0 });
  await client.close();
});

test('connections that say nothing do not keep a client out', async () => {
  const board = new SimulatedBoard();
  const { name } = closing(await listenTcp(board, '127.0.0.1:0'));
  const silent = Array.from({ length: 40 }, () => socketTo(name));
  onTestFinished(() => {
    for (const socket of silent) socket.destroy();
  });
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  const client = await BoardClient.connect(await openPort(name));
  expect(client.info.board).toBe('simulated');
  await client.close();
});
