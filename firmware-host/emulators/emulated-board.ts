import type { Transport } from '../transports/transport.js';

/** A board that runs the real firmware, on an emulated chip or as a process. */
export interface EmulatedBoard {
  /** Attaches the board's end of a transport. Closes the previous transport. */
  attach(end: Transport): void;
  /** Presses the reset button. Only flash survives. The transport stays. */
  reset(): Promise<void>;
  /** Stops the board and closes the transport. */
  close(): Promise<void>;
  /** Fulfilled with the reason if the board stops unexpectedly. */
  readonly failed: Promise<Error>;
}
