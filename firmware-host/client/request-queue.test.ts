import { expect, test } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { BoardError, ConnectionLostError, InvalidResponseError } from '../errors.js';
import { encodeFrame, type Frame } from '../link/frame.js';
import { ERROR, HELLO, INFO } from '../link/messages.js';
import { ERROR_STORE } from '../link/protocol.js';
import { type Answer, scriptedBoard } from '../testing/scripted-board.js';
import { transportPair } from '../transports/pair.js';
import { RequestQueue } from './request-queue.js';

/** A timeout that never ends within a test, and a short one for tests that wait for it. */
const PATIENT = { timeoutMs: 20_000, retries: 3 };
const HASTY = { timeoutMs: 5, retries: 2 };

const REQUEST = HELLO.type;
const REPLY = INFO.type;

/** Returns a reply that repeats the request's payload. */
const echo = (request: Frame): Answer => ({ type: REPLY, payload: request.payload });

function queueTo(answer: (request: Frame) => Answer | undefined) {
  const { transport, board, requests } = scriptedBoard(answer);
  const queue = new RequestQueue(transport);
  const ask = (byte: number, options: typeof PATIENT & { signal?: AbortSignal } = PATIENT) =>
    queue.request(REQUEST, Uint8Array.of(byte), [REPLY], options).then(({ payload }) => payload[0]);
  return { queue, ask, requests, board, transport };
}

test('matches replies to requests', async () => {
  const { ask, queue } = queueTo(echo);
  queue.setCredits({ frames: 4, bytes: 1000 });
  expect(await Promise.all([1, 2, 3, 4, 5, 6, 7].map((byte) => ask(byte)))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(queue.statistics).toMatchObject({
    sentFrames: 7,
    receivedFrames: 7,
    resentFrames: 0,
    unexpectedFrames: 0,
  });
});

test('never exceeds the credits of the board', async () => {
  for (const credits of [
    { frames: 3, bytes: 1000 },
    // Two frames of twelve bytes.
    { frames: 100, bytes: 30 },
    { frames: 100, bytes: 1 },
  ]) {
    const { queue, ask, board, requests } = queueTo(() => undefined);
    queue.setCredits(credits);
    const most = Math.min(credits.frames, Math.max(1, Math.floor(credits.bytes / 12)));
    const replies = [1, 2, 3, 4, 5, 6, 7, 8].map((byte) => ask(byte));
    for (let answered = 0; answered < 8; answered++) {
      while (requests.length === answered) await new Promise((resolve) => setImmediate(resolve));
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(requests.length).toBeLessThanOrEqual(answered + most);
      expect(encodeFrame(requests[answered]).length).toBe(11);
      await board.write(encodeFrame({ ...echo(requests[answered]), sequence: requests[answered].sequence }));
    }
    await Promise.all(replies);
  }
});

test('sends a lost request again as soon as a later reply arrives', async () => {
  const lost = new Set([2, 3]);
  const { ask, queue } = queueTo((request) => (lost.delete(request.payload[0]) ? undefined : echo(request)));
  queue.setCredits({ frames: 10, bytes: 1000 });
  expect(await Promise.all([1, 2, 3, 4].map((byte) => ask(byte)))).toEqual([1, 2, 3, 4]);
  expect(queue.statistics.resentFrames).toBe(2);
});

test('sends the last request again after its timeout', async () => {
  let times = 0;
  const { ask } = queueTo((request) => (times++ < 2 ? undefined : echo(request)));
  expect(await ask(9, HASTY)).toBe(9);
});

test('accepts a late reply and ignores the second one', async () => {
  const { ask, queue, requests, board } = queueTo(() => undefined);
  const reply = ask(5, { ...HASTY, retries: 1000 });
  while (requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  for (const request of requests.slice(0, 2)) {
    await board.write(encodeFrame({ ...echo(request), sequence: request.sequence }));
  }
  expect(await reply).toBe(5);
  await new Promise((resolve) => setImmediate(resolve));
  expect(queue.statistics.unexpectedFrames).toBe(1);
});

test('fails after its retries, with an error that depends on what was received', async () => {
  const silent = queueTo(() => undefined);
  expect(await rejection(silent.ask(1, HASTY))).toMatchObject({ code: 'no-response', port: 'script' });
  const noisy = queueTo(() => undefined);
  void noisy.board.write(Uint8Array.of(0xf8, 0x80, 0));
  await expect(noisy.ask(1, HASTY)).rejects.toThrow(InvalidResponseError);
  const stopping = queueTo((request) => (request.payload[0] === 1 ? echo(request) : undefined));
  await stopping.ask(1);
  expect(await rejection(stopping.ask(2, HASTY))).toMatchObject({ code: 'no-response' });
});

test('reports an ERROR, a reply of another type and a malformed reply', async () => {
  const payload = ERROR.encode({ code: ERROR_STORE, detail: 0, reason: 'flash is worn out' });
  const refusing = queueTo(() => ({ type: ERROR.type, payload }));
  const error = await rejection(refusing.ask(1));
  expect(error).toBeInstanceOf(BoardError);
  expect(error).toMatchObject({
    ...{ code: 'storage-failed', number: ERROR_STORE, detail: 0 },
    ...{ reason: 'flash is worn out', port: 'script' },
  });
  const confused = queueTo((request) => ({ ...echo(request), type: 0x12 }));
  await expect(confused.ask(1)).rejects.toThrow(InvalidResponseError);
  const malformed = queueTo(() => ({ type: ERROR.type, payload: Uint8Array.of(1) }));
  await expect(malformed.ask(1)).rejects.toThrow(InvalidResponseError);
});

test('rejects all requests, now and later, when the connection ends', async () => {
  const { ask, board } = queueTo(() => undefined);
  const replies = [1, 2, 3].map((byte) => ask(byte));
  const ended = Promise.allSettled(replies);
  await board.close();
  for (const { status } of await ended) expect(status).toBe('rejected');
  await expect(ask(4)).rejects.toThrow(ConnectionLostError);
});

test('forgets an aborted request', async () => {
  const { ask, queue } = queueTo((request) => (request.payload[0] === 1 ? undefined : echo(request)));
  const controller = new AbortController();
  const stuck = ask(1, { ...PATIENT, signal: controller.signal });
  const next = ask(2);
  controller.abort(new Error('enough'));
  await expect(stuck).rejects.toThrow('enough');
  expect(await next).toBe(2);
  await expect(ask(3, { ...PATIENT, signal: controller.signal })).rejects.toThrow('enough');
  expect(queue.statistics.sentFrames).toBe(2);
});

test('fails when the transport accepts no more bytes', async () => {
  const [transport] = transportPair('stuck');
  const queue = new RequestQueue({ ...transport, onData: () => {}, write: () => new Promise(() => {}) });
  const error = await rejection(queue.request(REQUEST, new Uint8Array(), [REPLY], HASTY));
  expect(error.code).toBe('no-response');
});
