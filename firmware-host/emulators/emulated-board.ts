import type { Transport } from '../transports/transport.js';

/** A board that runs the true firmware, on an emulated chip or as a process. */
export interface EmulatedBoard {
  /** Plugs the board's end of a line in. A line that was attached before is closed. */
  attach(end: Transport): void;
  /** Presses the board's reset button: all is lost but what is in flash. The line stays. */
  reset(): Promise<void>;
  /** Power off, line closed. */
  close(): Promise<void>;
  /** Fulfilled if the board stops by itself, with what went wrong. */
  readonly failed: Promise<Error>;
}
