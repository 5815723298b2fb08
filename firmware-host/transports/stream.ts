import type { Readable, Writable } from 'node:stream';
import { ConnectionLostError } from '../errors.js';
import { Inbox } from './inbox.js';
import type { Transport } from './transport.js';

/** A transport over Node's streams: a socket for both, or the input and output of a program. */
export class StreamTransport implements Transport {
  readonly closed: Promise<Error | undefined>;
  private readonly inbox = new Inbox();
  private closing = false;

  constructor(
    readonly name: string,
    private readonly input: Readable,
    private readonly output: Writable,
  ) {
    let reason = 'the other side closed it';
    const onError = (error: Error) => {
      reason = error.message;
      input.destroy();
    };
    input.on('error', onError);
    output.on('error', onError);
    input.on('data', (bytes: Uint8Array) => {
      const taken = this.inbox.take(bytes);
      if (!(taken instanceof Promise)) return;
      input.pause();
      void taken.then(() => input.resume());
    });
    this.closed = new Promise((resolve) => {
      input.once('close', () => resolve(this.closing ? undefined : new ConnectionLostError(name, reason)));
    });
  }

  onData(listener: (bytes: Uint8Array) => unknown): void {
    this.inbox.listen(listener);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.output.write(bytes, (error) =>
        error ? reject(new ConnectionLostError(this.name, error.message, { cause: error })) : resolve(),
      );
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    this.output.destroy();
    this.input.destroy();
    await this.closed;
  }
}
