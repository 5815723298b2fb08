import { expect, test } from 'vitest';
import { encodeFrame, type Frame } from '../link/frame.js';
import { ERROR, HELLO, WELCOME } from '../link/messages.js';
import { ERROR_STORE } from '../link/protocol.js';
import { type Answer, scriptedBoard } from '../testing/scripted-board.js';
import { transportPair } from '../transports/pair.js';
import { BoardError, NoAnswerError, NonsenseError } from './errors.js';
import { RequestQueue } from './request-queue.js';

/** Long enough never to end within a test, and short where a test waits for it. */
const PATIENT = { timeoutMs: 20_000, retries: 3 };
const HASTY = { timeoutMs: 5, retries: 2 };

const REQUEST = HELLO.type;
const REPLY = WELCOME.type;

/** An answer that repeats the request's payload. */
const echo = (request: Frame): Answer => ({ type: REPLY, payload: request.payload });

function queueTo(answer: (request: Frame) => Answer | undefined) {
  const { line, board, requests } = scriptedBoard(answer);
  const queue = new RequestQueue(line);
  const ask = (byte: number, options: typeof PATIENT & { signal?: AbortSignal } = PATIENT) =>
    queue.request(REQUEST, Uint8Array.of(byte), [REPLY], options).then(({ payload }) => payload[0]);
  return { queue, ask, requests, board, line };
}

test('pairs replies with requests', async () => {
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

test('never has more under way than the board grants', async () => {
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

test('sends again at once what a later reply shows to be lost', async () => {
  const lost = new Set([2, 3]);
  const { ask, queue } = queueTo((request) => (lost.delete(request.payload[0]) ? undefined : echo(request)));
  queue.setCredits({ frames: 10, bytes: 1000 });
  expect(await Promise.all([1, 2, 3, 4].map((byte) => ask(byte)))).toEqual([1, 2, 3, 4]);
  expect(queue.statistics.resentFrames).toBe(2);
});

test('sends the last one again when its time is over', async () => {
  let times = 0;
  const { ask } = queueTo((request) => (times++ < 2 ? undefined : echo(request)));
  expect(await ask(9, HASTY)).toBe(9);
});

test('a reply that comes after its request was sent again is taken, and the second one ignored', async () => {
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

test('gives up after its retries, and says what it heard', async () => {
  const silent = queueTo(() => undefined);
  await expect(silent.ask(1, HASTY)).rejects.toThrow(
    "Nothing came from the board at script after 3 tries of 5 ms; check that it has power and runs bd-edge's firmware.",
  );
  const noisy = queueTo(() => undefined);
  void noisy.board.write(Uint8Array.of(0xf8, 0x80, 0));
  await expect(noisy.ask(1, HASTY)).rejects.toThrow(NonsenseError);
  await expect(noisy.ask(1, HASTY)).rejects.toThrow('3 bytes came from script, but no answer among them');
  const stopping = queueTo((request) => (request.payload[0] === 1 ? echo(request) : undefined));
  await stopping.ask(1);
  await expect(stopping.ask(2, HASTY)).rejects.toThrow(NoAnswerError);
  await expect(stopping.ask(2, HASTY)).rejects.toThrow('stopped answering');
});

test("a board's refusal and a reply of another kind are errors of their own", async () => {
  const payload = ERROR.encode({ code: ERROR_STORE, detail: 0, reason: 'flash is worn out' });
  const refusing = queueTo(() => ({ type: ERROR.type, payload }));
  await expect(refusing.ask(1)).rejects.toThrow(BoardError);
  await expect(refusing.ask(1)).rejects.toThrow('could not write to its storage');
  const confused = queueTo((request) => ({ ...echo(request), type: 0x12 }));
  await expect(confused.ask(1)).rejects.toThrow(NonsenseError);
  const malformed = queueTo(() => ({ type: ERROR.type, payload: Uint8Array.of(1) }));
  await expect(malformed.ask(1)).rejects.toThrow(NonsenseError);
  await expect(malformed.ask(1)).rejects.toThrow(
    'The board at script answered what no board should: ERROR ends within its field code',
  );
});

test('a line that ends rejects everything, now and later', async () => {
  const { ask, board } = queueTo(() => undefined);
  const replies = [1, 2, 3].map((byte) => ask(byte));
  const ended = Promise.allSettled(replies);
  await board.close();
  for (const { status } of await ended) expect(status).toBe('rejected');
  await expect(ask(4)).rejects.toThrow('The line to script was lost: the other side closed it.');
});

test('an aborted request is forgotten', async () => {
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

test('a line that takes no more bytes is told apart from one that gives none', async () => {
  const [line] = transportPair('stuck');
  const queue = new RequestQueue({ ...line, onData: () => {}, write: () => new Promise(() => {}) });
  await expect(queue.request(REQUEST, new Uint8Array(), [REPLY], HASTY)).rejects.toThrow(
    'took no more bytes',
  );
});
