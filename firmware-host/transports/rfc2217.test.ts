import { once } from 'node:events';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { check } from '../check/check.js';
import { BoardClient } from '../client/board-client.js';
import { deploy } from '../deploy/deploy.js';
import { openPort } from '../open-port.js';
import { SimulatedBoard } from '../simulator/simulated-board.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { agreeing, reply, rfc2217Server, type ServerBehavior } from '../testing/rfc2217-server.js';
import { transportPair } from './pair.js';
import { openRfc2217 } from './rfc2217.js';
import * as rfc from './rfc2217-protocol.js';
import { Rfc2217Transport } from './rfc2217-transport.js';
import { DO, DONT, IAC, MAX_SUBNEGOTIATION_BYTES, SB, WILL, WONT } from './telnet.js';
import type { Transport } from './transport.js';

const { COM_PORT_OPTION } = rfc;

/** Opens a port whose server must make it fail. A server that does not reply is waited for only shortly. */
async function failure(behavior: ServerBehavior): Promise<Error> {
  const { url } = await rfc2217Server(behavior);
  return rejection(openRfc2217(`${url}?timeout=0.2`));
}

/** Collects what a transport receives until there are so many bytes. */
const received = (transport: Transport, count: number): Promise<number[]> =>
  new Promise((resolve) => {
    const bytes: number[] = [];
    transport.onData((piece) => {
      bytes.push(...piece);
      if (bytes.length >= count) resolve(bytes);
    });
  });

test('sets the port, and sends no data before', async () => {
  const server = await rfc2217Server();
  const transport = await openRfc2217(server.url, { baud: 921600 });
  await transport.write(Uint8Array.of(7));
  await expect.poll(() => server.data).toEqual([7]);
  expect(server.settings).toEqual([
    [rfc.SET_BAUD_RATE, 0, 0x0e, 0x10, 0],
    [rfc.SET_DATA_SIZE, 8],
    [rfc.SET_PARITY, rfc.PARITY_NONE],
    [rfc.SET_STOP_SIZE, rfc.STOP_SIZE_1],
    [rfc.SET_CONTROL, rfc.CONTROL_NO_FLOW],
    [rfc.SET_CONTROL, rfc.CONTROL_DTR_ON],
    [rfc.SET_CONTROL, rfc.CONTROL_RTS_ON],
    [rfc.PURGE_DATA, rfc.PURGE_BOTH],
  ]);
  await transport.close();
  await transport.close();
  expect(await transport.closed).toBeUndefined();
  await expect(transport.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'connection-lost' });
});

test('a baud rate whose bytes are 255 is escaped', async () => {
  const server = await rfc2217Server();
  await (await openRfc2217(server.url, { baud: 0x00ff_ff00 })).close();
  expect(server.settings[0]).toEqual([rfc.SET_BAUD_RATE, 0, 0xff, 0xff, 0]);
});

test('every byte arrives, both ways', async () => {
  const [board, end] = transportPair('board');
  const { url } = await rfc2217Server({ board: end });
  const transport = await openRfc2217(url);
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
  const [sample] = fc.sample(bytes, { numRuns: 1, seed: 5 });
  const all = [...Array(256).keys(), IAC, IAC, 13, 0, 13, 10, ...sample];
  const inward = received(transport, all.length);
  const outward = received(board, all.length);
  await Promise.all([transport.write(Uint8Array.from(all)), board.write(Uint8Array.from(all))]);
  expect(await inward).toEqual(all);
  expect(await outward).toEqual(all);
  await transport.close();
});

/** Counts the bytes that are written. */
function counting(inner: Transport): { transport: Transport; bytes: () => number } {
  let bytes = 0;
  const transport: Transport = {
    name: inner.name,
    closed: inner.closed,
    onData: (listener) => inner.onData(listener),
    close: () => inner.close(),
    write(piece) {
      bytes += piece.length;
      return inner.write(piece);
    },
  };
  return { transport, bytes: () => bytes };
}

test('an upload takes the same requests as a direct one, and at most a tenth more bytes', async () => {
  const model = denseNetwork();
  async function measure(transport: Transport) {
    const client = await BoardClient.connect(transport);
    await deploy(client, model);
    expect(await check(client, model, randomImages(20))).toMatchObject({ images: 20, logitMismatches: 0 });
    return client;
  }
  const direct = counting(new SimulatedBoard().connect());
  const plain = await measure(direct.transport);
  const server = await rfc2217Server({ board: new SimulatedBoard().connect() });
  const remote = await measure(await openRfc2217(server.url));
  // Each request waits for the same replies, so round trips are the same too.
  expect(remote.statistics.sentFrames).toBe(plain.statistics.sentFrames);
  expect(remote.statistics.resentFrames).toBe(0);
  expect(direct.bytes() / server.sockets[0].bytesRead).toBeGreaterThan(0.9);
  await Promise.all([plain.close(), remote.close()]);
});

test('SUSPEND holds data back until RESUME', async () => {
  const server = await rfc2217Server();
  const transport = await openRfc2217(server.url);
  const [socket] = server.sockets;
  const answered = received(transport, 1);
  socket.write(Uint8Array.from([...reply(rfc.FLOW_CONTROL_SUSPEND), 9]));
  await answered;
  const writes = [transport.write(Uint8Array.of(1)), transport.write(Uint8Array.of(2))];
  // Whatever was sent before this reply has arrived.
  const settled = received(transport, 1);
  socket.write(Uint8Array.of(9));
  await settled;
  expect(server.data).toEqual([]);
  socket.write(Uint8Array.from(reply(rfc.FLOW_CONTROL_RESUME)));
  await Promise.all(writes);
  await expect.poll(() => server.data).toEqual([1, 2]);
  await transport.close();
});

test('a connection that ends while the server has suspended it does not leave a write pending', async () => {
  const server = await rfc2217Server();
  const transport = await openRfc2217(server.url);
  const answered = received(transport, 1);
  server.sockets[0].write(Uint8Array.from([...reply(rfc.FLOW_CONTROL_SUSPEND), 9]));
  await answered;
  const written = rejection(transport.write(Uint8Array.of(1)));
  server.sockets[0].destroy();
  expect(await written).toMatchObject({ code: 'connection-lost' });
});

test('options that are not supported are refused, and each request gets one reply', async () => {
  const ECHO = 1;
  const seen: number[][] = [];
  const server = await rfc2217Server({
    onConnect: (socket) =>
      socket.write(Uint8Array.of(IAC, WILL, ECHO, IAC, DO, 24, IAC, DO, rfc.BINARY_OPTION)),
    onOption(command, option) {
      seen.push([command, option]);
      return agreeing.onOption(command, option);
    },
  });
  const transport = await openRfc2217(server.url);
  server.sockets[0].write(Uint8Array.of(IAC, DONT, rfc.BINARY_OPTION, IAC, DONT, rfc.BINARY_OPTION));
  await expect.poll(() => seen).toContainEqual([WONT, rfc.BINARY_OPTION]);
  expect(seen).toContainEqual([DONT, ECHO]);
  expect(seen).toContainEqual([WONT, 24]);
  const count = (wanted: number[]) => seen.filter((pair) => pair.join() === wanted.join()).length;
  expect(count([WILL, rfc.BINARY_OPTION])).toBe(1);
  expect(count([WONT, rfc.BINARY_OPTION])).toBe(1);
  await transport.close();
});

test('a server that says WILL too, or refuses binary transmission, is used', async () => {
  const { url } = await rfc2217Server({
    onOption(command, option) {
      if (option === rfc.BINARY_OPTION) return [IAC, command === DO ? WONT : DONT, option];
      return [...(agreeing.onOption(command, option) ?? []), IAC, WILL, COM_PORT_OPTION];
    },
  });
  await (await openRfc2217(url)).close();
});

describe('a server that cannot be used has an error of its own', () => {
  const refusing = (option: number) => (command: number) => [IAC, command === WILL ? DONT : WONT, option];
  const say = (text: string) => (socket: Socket) => void socket.write(text);
  const silent = { onOption: () => undefined };

  test.each<[string, ServerBehavior, string]>([
    ['refuses the option', { onOption: refusing(COM_PORT_OPTION) }, 'rfc2217-refused'],
    ['says nothing', silent, 'not-rfc2217'],
    ['is not telnet', { ...silent, onConnect: say('HTTP/1.1 400 Bad Request\r\n\r\n') }, 'not-rfc2217'],
    ['is telnet without the option', { onOption: refusing(1) }, 'not-rfc2217'],
    ['confirms nothing', { onSetting: () => undefined }, 'no-response'],
    ['closes at once', { onConnect: (socket) => socket.end() }, 'connection-lost'],
    ['closes after the option', { onSetting: (_, __, socket) => void socket.destroy() }, 'connection-lost'],
    [
      'has another client',
      { ...silent, onConnect: (socket) => void socket.end('Port already in use\r\n') },
      'port-busy',
    ],
    [
      'has no device',
      { ...silent, onConnect: (socket) => void socket.end('Device open failure: not found\r\n') },
      'port-open-failed',
    ],
    [
      'sets another baud rate',
      { onSetting: (c, v) => (c === rfc.SET_BAUD_RATE ? reply(c, 0, 0, 0x25, 0x80) : reply(c, ...v)) },
      'port-setting-rejected',
    ],
    [
      'keeps 7 data bits',
      { onSetting: (c, v) => (c === rfc.SET_DATA_SIZE ? reply(c, 7) : reply(c, ...v)) },
      'port-setting-rejected',
    ],
    [
      'keeps XON/XOFF',
      {
        onSetting: (c, v) => {
          if (c === rfc.SET_PARITY) return reply(rfc.SET_CONTROL, rfc.CONTROL_XON_XOFF);
          return reply(c, ...v);
        },
      },
      'port-setting-rejected',
    ],
    [
      'confirms the baud rate with two bytes',
      { onSetting: (c, v) => reply(c, ...v.slice(0, 2)) },
      'invalid-response',
    ],
    [
      'sends a command without end',
      {
        onConnect: (s) =>
          void s.write(Uint8Array.of(IAC, SB, ...Array(2 * MAX_SUBNEGOTIATION_BYTES).fill(1))),
      },
      'invalid-response',
    ],
    [
      'floods with data',
      { ...silent, onConnect: (s) => void s.write('x'.repeat(100_000)) },
      'invalid-response',
    ],
    [
      'floods with requests',
      {
        ...silent,
        onConnect: (s) => void s.write(Uint8Array.from(Array(1000).fill([IAC, DO, 99]).flat())),
      },
      'invalid-response',
    ],
  ])('%s', async (_, behavior, code) => {
    expect(await failure(behavior)).toMatchObject({
      code,
      port: expect.stringMatching(/^rfc2217:/),
    });
  });
});

test('a server that withdraws the option later ends the connection with a reason', async () => {
  const server = await rfc2217Server();
  const transport = await openRfc2217(server.url);
  server.sockets[0].write(Uint8Array.of(IAC, DONT, COM_PORT_OPTION));
  expect(await transport.closed).toMatchObject({ code: 'rfc2217-refused' });
  await expect(transport.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'connection-lost' });
});

test('an abort closes the connection to a server that does not reply', async () => {
  const controller = new AbortController();
  const server = await rfc2217Server({ onOption: () => undefined });
  const opening = openPort(`${server.url}?timeout=1000`, { signal: controller.signal });
  await expect.poll(() => server.sockets).toHaveLength(1);
  const closed = once(server.sockets[0], 'close');
  controller.abort();
  await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
  await closed;
});

test('data without a listener stops the socket beyond a limit, and none of it is lost', async () => {
  let push: (bytes: Uint8Array) => unknown = () => {};
  const confirmed = [
    ...reply(rfc.SET_BAUD_RATE, ...rfc.bigEndian(115200)),
    ...reply(rfc.SET_DATA_SIZE, 8),
    ...reply(rfc.SET_PARITY, rfc.PARITY_NONE),
    ...reply(rfc.SET_STOP_SIZE, rfc.STOP_SIZE_1),
  ];
  const transport = new Rfc2217Transport({
    name: 'inner',
    closed: new Promise(() => {}),
    onData(listener) {
      push = listener;
    },
    async write([, command]) {
      const replies = command === WILL ? [IAC, DO, COM_PORT_OPTION] : confirmed;
      queueMicrotask(() => push(Uint8Array.from(replies)));
    },
    async close() {},
  });
  await transport.start(115200, 1000);
  expect(push(new Uint8Array(65536))).toBeUndefined();
  const stopped = push(Uint8Array.of(1, 2, 3));
  expect(stopped).toBeInstanceOf(Promise);
  const bytes = await received(transport, 65539);
  expect(bytes.slice(65536)).toEqual([1, 2, 3]);
  await stopped;
});

test('a board that is cut off is reported by the client', async () => {
  const board = new SimulatedBoard().connect();
  const server = await rfc2217Server({ board });
  const client = await BoardClient.connect(await openRfc2217(server.url));
  server.sockets[0].destroy();
  expect(await rejection(deploy(client, denseNetwork()))).toMatchObject({ code: 'connection-lost' });
});
