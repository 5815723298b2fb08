/** Lines that return what is sent: TX on RX, adapters of half-duplex buses; and servers of another protocol. */
import { expect, test } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { check } from '../check/check.js';
import { deploy } from '../deploy/deploy.js';
import { SimulatedBoard } from '../simulator/simulated-board.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { transportPair } from '../transports/pair.js';
import type { Transport } from '../transports/transport.js';
import { BoardClient } from './board-client.js';

const HASTY = { connectTimeoutMs: 300 };

/** Returns a transport that first returns what is written to it. */
function echoing(inner: Transport): Transport {
  let listener: (bytes: Uint8Array) => unknown = () => {};
  return {
    name: inner.name,
    closed: inner.closed,
    close: () => inner.close(),
    onData(other) {
      listener = other;
      inner.onData(other);
    },
    write(bytes) {
      listener(bytes.slice());
      return inner.write(bytes);
    },
  };
}

test('a board that answers behind the echo works, and the echo is told once', async () => {
  const model = denseNetwork();
  let echoes = 0;
  const client = await BoardClient.connect(echoing(new SimulatedBoard().connect()), {
    onEcho: () => echoes++,
  });
  await deploy(client, model);
  expect(await check(client, model, randomImages(20))).toMatchObject({ images: 20, logitMismatches: 0 });
  expect(echoes).toBe(1);
  expect(client.statistics.echoedFrames).toBe(client.statistics.sentFrames);
  await client.close();
});

test('an echo without a board is named', async () => {
  const [host] = transportPair('echo');
  expect(await rejection(BoardClient.connect(echoing(host), HASTY))).toMatchObject({
    code: 'only-echo',
    port: 'echo',
  });
});

test.each([0xfb, 0xfc, 0xfd, 0xfe])('telnet that begins with %i is named', async (request) => {
  const [host, server] = transportPair('telnet');
  await server.write(Uint8Array.of(0xff, request, 1, 0xff, 0xfb, 3));
  const error = await rejection(BoardClient.connect(host, HASTY));
  expect(error).toMatchObject({ name: 'InvalidResponseError', message: expect.stringContaining('telnet') });
});

test('other bytes are not taken for telnet', async () => {
  const [host, server] = transportPair('noise');
  await server.write(Uint8Array.of(0xff, 0x01, 1, 0));
  const { message } = await rejection(BoardClient.connect(host, HASTY));
  expect(message).not.toContain('telnet');
});
