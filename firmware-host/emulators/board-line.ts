import type { Transport } from '../transports/transport.js';

/** Bytes that a board sent while nobody was there to read them, and that are kept for the first who is. */
const KEPT = 4096;

/** The socket of a board's serial line, where one line at a time is plugged in. */
export class BoardLine {
  private line?: Transport;
  private unread = new Uint8Array();

  /** @param receive takes what comes from the line */
  constructor(private readonly receive: (bytes: Uint8Array) => void) {}

  attach(line: Transport): void {
    void this.line?.close();
    this.line = line;
    void line.closed.then(() => {
      if (this.line === line) this.line = undefined;
    });
    const unread = this.unread;
    this.unread = new Uint8Array();
    if (unread.length > 0) this.send(unread);
    line.onData((bytes) => {
      if (this.line === line) this.receive(bytes);
    });
  }

  /** What the board sends. Without a line it is lost, as a UART's is, but for the last of it. */
  send(bytes: Uint8Array): void {
    if (this.line) this.line.write(bytes).catch(() => {});
    else this.unread = Uint8Array.from([...this.unread, ...bytes]).slice(-KEPT);
  }

  async close(): Promise<void> {
    await this.line?.close();
  }
}
