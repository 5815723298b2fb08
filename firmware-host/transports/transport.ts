/**
 * A line to a board: bytes both ways, nothing about what they mean. It is open when one gets it.
 *
 * Firmware's link needs no more than this, so a new kind of line is one small file.
 */
export interface Transport {
  /** The port as a person would name it, for messages. */
  readonly name: string;
  /** Where bytes go that arrive. Those that came before the first call are kept for it. One listener at a time. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /**
   * Sends bytes, which must not be changed afterwards.
   *
   * @returns once there is room for more
   * @throws {LineLostError} if the line has ended
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the line; returns once the port can be opened again. May be called twice. */
  close(): Promise<void>;
  /** Fulfilled when the line has ended: with the reason, or with undefined if `close` ended it. Never rejected. */
  readonly closed: Promise<Error | undefined>;
}
