import type { Socket } from 'node:net';
import { LineLostError } from './errors.js';
import { Inbox } from './inbox.js';
import type { Transport } from './transport.js';

/** A connected socket as a line. */
export class SocketTransport implements Transport {
  readonly closed: Promise<Error | undefined>;
  private readonly inbox = new Inbox();
  private closing = false;

  constructor(
    readonly name: string,
    private readonly socket: Socket,
  ) {
    // Requests are small and each one waits for an answer.
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.inbox.take(bytes));
    let reason = 'the other side closed it';
    socket.on('error', (error) => {
      reason = error.message;
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve(this.closing ? undefined : new LineLostError(name, reason)));
    });
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.inbox.listen(listener);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(bytes, (error) =>
        error ? reject(new LineLostError(this.name, error.message, { cause: error })) : resolve(),
      );
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    this.socket.destroySoon();
    await this.closed;
  }
}
