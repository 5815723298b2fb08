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

/** How often the board may ask for the same offset again. */
const MAX_STALLS = 5;

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
  for (let announcement = 1; ; announcement++) {
    let expected = await client.beginUpload(slot, bytes.length, digest, signal);
    yield requireWithin(client, expected, bytes);
    try {
      for (let stalls = 0; expected < bytes.length; ) {
        const start = expected;
        for await (const offset of sendFrom(client, upload, start)) {
          expected = requireWithin(client, offset, bytes);
          yield expected;
        }
        stalls = expected > start ? 0 : stalls + 1;
        if (stalls > MAX_STALLS) {
          throw new InvalidResponseError(
            client.port,
            `the board accepts no bytes at offset ${start}; reset it`,
          );
        }
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

function requireWithin({ port }: BoardClient, offset: number, { length }: Uint8Array): number {
  if (offset <= length) return offset;
  throw new InvalidResponseError(port, `the board expects offset ${offset} of an upload of ${length} bytes`);
}
