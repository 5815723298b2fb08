import type { BoardClient } from '../client/board-client.js';
import { BoardError, InvalidResponseError } from '../errors.js';
import { ERROR_DIGEST_MISMATCH, ERROR_NO_UPLOAD } from '../link/protocol.js';

export interface Upload {
  /** SLOT_ENGINE or SLOT_MODEL */
  slot: number;
  bytes: Uint8Array;
  digest: Uint8Array;
  /** Receives the number of bytes of each UPLOAD_CHUNK, repetitions included. */
  onSend?: (bytes: number) => void;
  signal?: AbortSignal;
}

/** How often in a row the board may end an attempt without an offset that is higher than all previous ones. */
const MAX_STALLS = 50;

/** The bytes that are sent at most for an upload: this many times its length, and 64 KB. */
const MAX_REPETITIONS = 32;
const MIN_BUDGET_BYTES = 65536;

/** How often an upload is announced if the board loses it or finds its digest wrong. */
const MAX_ANNOUNCEMENTS = 3;

/**
 * Sends the bytes that the board does not have. Yields each offset that the board expects: the first one is where the
 * upload starts, the last one is `bytes.length`. The board may go back, for example after a reset.
 *
 * @throws {BoardError} if the board rejects the upload
 * @throws {InvalidResponseError} if the board does not advance
 */
export async function* upload(client: BoardClient, upload: Upload): AsyncGenerator<number> {
  const { slot, bytes, digest, signal } = upload;
  const budget = MAX_REPETITIONS * bytes.length + MIN_BUDGET_BYTES;
  let sent = 0;
  const onSend = (count: number) => {
    sent += count;
    upload.onSend?.(count);
  };
  for (let announcement = 1; ; announcement++) {
    let expected = await client.beginUpload(slot, bytes.length, digest, signal);
    yield requireWithin(client, expected, bytes);
    let highest = expected;
    try {
      for (let stalls = 0; expected < bytes.length; ) {
        const before = highest;
        for await (const offset of sendFrom(client, { ...upload, onSend }, expected)) {
          expected = requireWithin(client, offset, bytes);
          highest = Math.max(highest, expected);
          yield expected;
          if (sent > budget) throw notAdvancing(client, highest, sent);
        }
        stalls = highest > before ? 0 : stalls + 1;
        if (stalls > MAX_STALLS) throw notAdvancing(client, highest, sent);
      }
      return;
    } catch (error) {
      const again =
        error instanceof BoardError &&
        (error.number === ERROR_NO_UPLOAD || error.number === ERROR_DIGEST_MISMATCH);
      if (!again || announcement === MAX_ANNOUNCEMENTS) throw error;
    }
  }
}

/**
 * Sends chunks from `start` on and keeps the window full. Stops when the board expects another offset than the end of
 * the chunk that it received: it ignores all later chunks.
 */
async function* sendFrom(
  client: BoardClient,
  { slot, bytes, onSend, signal }: Upload,
  start: number,
): AsyncGenerator<number> {
  const pending: { end: number; reply: Promise<number> }[] = [];
  let next = start;
  let inStep = true;
  while ((inStep && next < bytes.length) || pending.length > 0) {
    while (inStep && next < bytes.length && pending.length < client.info.windowFrames) {
      const end = Math.min(next + client.chunkBytes, bytes.length);
      const reply = client.uploadChunk(slot, next, bytes.subarray(next, end), signal);
      // The reply is awaited in its turn; an earlier failure must not count as unhandled.
      reply.catch(() => {});
      pending.push({ end, reply });
      onSend?.(end - next);
      next = end;
    }
    const { end, reply } = pending.shift() as (typeof pending)[number];
    const expected = await reply;
    inStep &&= expected === end;
    yield expected;
  }
}

function notAdvancing({ port }: BoardClient, offset: number, sent: number): InvalidResponseError {
  return new InvalidResponseError(
    port,
    `the board does not accept the upload beyond offset ${offset}, after ${sent} bytes; reset it`,
  );
}

function requireWithin({ port }: BoardClient, offset: number, { length }: Uint8Array): number {
  if (offset <= length) return offset;
  throw new InvalidResponseError(port, `the board expects offset ${offset} of an upload of ${length} bytes`);
}
