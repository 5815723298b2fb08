import { boundOutput } from '../simulator/bounded-output.js';
import type { Transport } from '../transports/transport.js';

/** The number of bytes that are kept for the first reader. */
const MAX_UNREAD_BYTES = 4096;

/** The serial port of an emulated board, to which one transport at a time is attached. */
export class TransportSocket {
  private transport?: Transport;
  private unread = new Uint8Array();

  /** @param receive is called with received bytes */
  constructor(private readonly receive: (bytes: Uint8Array) => void) {}

  /** Attaches the board's end of a transport. Closes the previous transport. */
  attach(end: Transport): void {
    void this.transport?.close();
    const transport = boundOutput(end);
    this.transport = transport;
    void transport.closed.then(() => {
      if (this.transport === transport) this.transport = undefined;
    });
    const unread = this.unread;
    this.unread = new Uint8Array();
    if (unread.length > 0) this.send(unread);
    transport.onData((bytes) => {
      if (this.transport === transport) this.receive(bytes);
    });
  }

  /** Sends bytes of the board. Without a transport they are lost, like a UART's, except for the last ones. */
  send(bytes: Uint8Array): void {
    if (this.transport) this.transport.write(bytes).catch(() => {});
    else this.unread = Uint8Array.from([...this.unread, ...bytes]).slice(-MAX_UNREAD_BYTES);
  }

  async close(): Promise<void> {
    await this.transport?.close();
  }
}
