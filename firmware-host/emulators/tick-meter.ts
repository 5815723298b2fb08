import { FrameDecoder } from '../link/frame-decoder.js';
import { RESULT, WELCOME } from '../link/messages.js';
import { TYPE_RESULT, TYPE_WELCOME } from '../link/protocol.js';
import { MalformedMessageError } from '../link/record.js';
import type { Transport } from '../transports/transport.js';

/** Reads along what a board answers, and counts how long its images take. */
export class TickMeter {
  /** Of each image that was run, in the order in which they came. */
  readonly ticks: number[] = [];
  /** Of the board; undefined until it was asked. */
  ticksPerSecond?: number;

  /** The line as it is, read along. */
  tap(board: { attach(end: Transport): void }): { attach(end: Transport): void } {
    return {
      attach: (end) => {
        const decoder = new FrameDecoder({ onFrame: (frame) => this.see(frame) });
        board.attach({
          name: end.name,
          closed: end.closed,
          onData: (listener) => end.onData(listener),
          write: (bytes) => {
            decoder.push(bytes);
            return end.write(bytes);
          },
          close: () => end.close(),
        });
      },
    };
  }

  private see({ type, payload }: { type: number; payload: Uint8Array }): void {
    try {
      if (type === TYPE_RESULT) this.ticks.push(RESULT.decode(payload).ticks);
      if (type === TYPE_WELCOME) this.ticksPerSecond = WELCOME.decode(payload).ticksPerSecond;
    } catch (error) {
      // Firmware of another version: telling is up to the host, which reads the same.
      if (!(error instanceof MalformedMessageError)) throw error;
    }
  }
}
