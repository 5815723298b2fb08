import { FrameDecoder } from '../link/frame-decoder.js';
import { INFO, RESULT } from '../link/messages.js';
import { TYPE_INFO, TYPE_RESULT } from '../link/protocol.js';
import { MalformedMessageError } from '../link/record.js';
import type { Transport } from '../transports/transport.js';

const MAX_TICKS = 1_000_000;

/** Observes the replies of a board and records the duration of each image. */
export class TickMeter {
  /** The number of images. */
  images = 0;
  /** The duration of each image, in order; of the first million only. */
  readonly ticks: number[] = [];
  /** The rate of the board's clock; undefined before the first INFO. */
  ticksPerSecond?: number;

  /** Returns a board that passes all bytes on and is observed. */
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

  private record(ticks: number): void {
    this.images++;
    if (this.ticks.length < MAX_TICKS) this.ticks.push(ticks);
  }

  private see({ type, payload }: { type: number; payload: Uint8Array }): void {
    try {
      if (type === TYPE_RESULT) this.record(RESULT.decode(payload).ticks);
      if (type === TYPE_INFO) this.ticksPerSecond = INFO.decode(payload).ticksPerSecond;
    } catch (error) {
      // The firmware has another version; the host that receives the same bytes reports it.
      if (!(error instanceof MalformedMessageError)) throw error;
    }
  }
}
