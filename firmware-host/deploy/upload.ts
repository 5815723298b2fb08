import type { BoardClient } from '../client/board-client.js';
import { BoardError } from '../client/errors.js';
import { ERROR_DIGEST_MISMATCH, ERROR_NO_UPLOAD } from '../link/protocol.js';
import { DeployError } from './errors.js';

export interface Upload {
  /** SLOT_ENGINE or SLOT_MODEL */
  slot: number;
  bytes: Uint8Array;
  digest: Uint8Array;
  /** Told of the bytes of each DATA, repetitions included. */
  onSend?: (bytes: number) => void;
  signal?: AbortSignal;
}

/** How often the board may want the same offset again after being sent what stands there. */
const STALLS = 5;

/** How often an upload is announced anew when the board lost track of it or found its digest wrong. */
const ANNOUNCEMENTS = 3;

/**
 * Sends what the board lacks, and yields the offset that it wants next: first the one where it starts, then each
 * one as it advances, `bytes.length` at last. The board may go back, for example after a reset.
 *
 * @throws {BoardError} if the board refuses it
 * @throws {DeployError} if the board does not advance
 */
export async function* upload(client: BoardClient, upload: Upload): AsyncGenerator<number> {
  const { slot, bytes, digest, signal } = upload;
  for (let announcement = 1; ; announcement++) {
    let wanted = await client.put(slot, bytes.length, digest, signal);
    yield requireWithin(wanted, bytes);
    try {
      for (let stalls = 0; wanted < bytes.length; ) {
        const start = wanted;
        for await (const offset of sendFrom(client, upload, start)) {
          wanted = requireWithin(offset, bytes);
          yield wanted;
        }
        stalls = wanted > start ? 0 : stalls + 1;
        if (stalls > STALLS)
          throw new DeployError(`The board takes nothing from byte ${start} on; reset it.`);
      }
      return;
    } catch (error) {
      const again =
        error instanceof BoardError &&
        (error.number === ERROR_NO_UPLOAD || error.number === ERROR_DIGEST_MISMATCH);
      if (!again || announcement === ANNOUNCEMENTS) throw error;
    }
  }
}

/**
 * Keeps the line full from `start` on, until the end or until the board wants another offset than the one behind
 * the bytes that it was sent: then everything under way is of no use to it.
 */
async function* sendFrom(
  client: BoardClient,
  { slot, bytes, onSend, signal }: Upload,
  start: number,
): AsyncGenerator<number> {
  const underWay: { end: number; reply: Promise<number> }[] = [];
  let next = start;
  let inStep = true;
  while ((inStep && next < bytes.length) || underWay.length > 0) {
    while (inStep && next < bytes.length && underWay.length < client.welcome.windowFrames) {
      const end = Math.min(next + client.dataBytes, bytes.length);
      const reply = client.data(slot, next, bytes.subarray(next, end), signal);
      // It is awaited in its turn; a failure before that is not unhandled.
      reply.catch(() => {});
      underWay.push({ end, reply });
      onSend?.(end - next);
      next = end;
    }
    const { end, reply } = underWay.shift() as (typeof underWay)[number];
    const wanted = await reply;
    inStep &&= wanted === end;
    yield wanted;
  }
}

function requireWithin(offset: number, { length }: Uint8Array): number {
  if (offset <= length) return offset;
  throw new DeployError(
    `The board wants byte ${offset} of an upload that has ${length}; update its firmware.`,
  );
}
