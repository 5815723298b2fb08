/**
 * An open connection to a board that carries bytes in both directions.
 *
 * The link needs nothing else, so a new kind of transport is one small file.
 */
export interface Transport {
  /** The address of the port, for messages. */
  readonly name: string;
  /**
   * Sets the listener for received bytes. Bytes that arrived before the first call are kept. One listener at a time.
   * While a promise of the listener is pending, sockets read no more bytes.
   */
  onData(listener: (bytes: Uint8Array) => unknown): void;
  /**
   * Sends bytes. The caller must not change them afterwards.
   *
   * @returns when more bytes can be sent
   * @throws {ConnectionLostError} if the connection has ended
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes the connection; returns when the port can be opened again. May be called twice. */
  close(): Promise<void>;
  /** Fulfilled when the connection has ended: with the reason, or with undefined after `close`. Never rejected. */
  readonly closed: Promise<Error | undefined>;
}
