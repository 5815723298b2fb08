import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ConnectionLostError } from '../errors.js';
import { openingError, openTcp } from './tcp.js';

let server: Server | undefined;

afterEach(() => {
  server?.close();
  server = undefined;
});

/** A server on a free port, and the first connection to it. */
async function serve(): Promise<{ url: string; peer: Promise<Socket> }> {
  const listening = createServer();
  server = listening;
  const peer = new Promise<Socket>((resolve) => listening.once('connection', resolve));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  return { url: `socket://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, peer };
}

test('carries bytes both ways', async () => {
  const { url, peer } = await serve();
  const transport = await openTcp(url);
  (await peer).on('data', (bytes) => void peer.then((socket) => socket.write(bytes)));
  const echoed = new Promise<Uint8Array>((resolve) => transport.onData(resolve));
  await transport.write(Uint8Array.of(0, 1, 255));
  expect([...(await echoed)]).toEqual([0, 1, 255]);
  await transport.close();
  expect(await transport.closed).toBeUndefined();
  await expect(transport.write(Uint8Array.of(1))).rejects.toThrow(ConnectionLostError);
});

test('reports that the other side closed the connection', async () => {
  const { url, peer } = await serve();
  const transport = await openTcp(url);
  (await peer).destroy();
  expect(await transport.closed).toBeInstanceOf(ConnectionLostError);
});

test('reports that nothing listens', async () => {
  const { url } = await serve();
  await new Promise((resolve) => server?.close(resolve));
  await expect(openTcp(url)).rejects.toMatchObject({ code: 'port-not-found', port: url });
});

test.each(['socket://', 'socket://host', 'socket://host:0', 'socket://host:70000', 'socket://a:b:1'])(
  'rejects the address %s',
  async (url) => {
    await expect(openTcp(url)).rejects.toMatchObject({ code: 'invalid-port', received: url });
  },
);

// Node reports a host with several addresses by one error without words.
const failed = (...codes: string[]) => {
  const errors = codes.map((code) => Object.assign(new Error(`connect ${code}`), { code }));
  return Object.assign(new AggregateError(errors, ''), { code: codes[0] });
};

test.each([
  [['ECONNREFUSED', 'ECONNREFUSED'], 'port-not-found', 'Nothing listens'],
  [
    ['EHOSTUNREACH', 'ENETUNREACH'],
    'port-not-found',
    'its host cannot be reached; its network cannot be reached',
  ],
  [['ECONNREFUSED', 'EHOSTUNREACH'], 'port-not-found', 'its host cannot be reached'],
  [['ETIMEDOUT'], 'port-not-found', 'there was no response'],
  [['EACCES', 'EACCES'], 'port-open-failed', 'a firewall does not allow it.'],
  [['ESOMETHING'], 'port-open-failed', 'connect ESOMETHING'],
])('says why no address of a host answers: %j', (codes, code, reason) => {
  const error = openingError('socket://host:1', failed(...codes));
  expect(error).toMatchObject({ code, message: expect.stringContaining(reason) });
});

test('an error without words, code and addresses has some', () => {
  expect(openingError('socket://host:1', new Error('')).message).toContain('gives no reason');
});
