import { ConnectionLostError } from '../errors.js';
import { Inbox } from './inbox.js';
import type { Transport } from './transport.js';

/**
 * Returns two connected transports within this program: bytes written to one arrive at the other.
 *
 * Bytes arrive in a later turn of the event loop, never within `write`, like from a real port.
 */
export function transportPair(name: string): [Transport, Transport] {
  const a = new PairEnd(name);
  const b = new PairEnd(name);
  a.peer = b;
  b.peer = a;
  return [a, b];
}

class PairEnd implements Transport {
  peer!: PairEnd;
  readonly closed: Promise<Error | undefined>;
  private readonly inbox = new Inbox();
  private arriving: Uint8Array[] = [];
  private delivery?: Promise<void>;
  private end!: (reason: Error | undefined) => void;
  private ended = false;

  constructor(readonly name: string) {
    this.closed = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  onData(listener: (bytes: Uint8Array) => unknown): void {
    this.inbox.listen(listener);
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.ended) return Promise.reject(new ConnectionLostError(this.name, 'it is closed'));
    return this.peer.arrive(bytes);
  }

  async close(): Promise<void> {
    this.finish(undefined);
    // Bytes that were written before the end still arrive, like from a socket.
    await this.peer.delivery;
    this.peer.finish(new ConnectionLostError(this.name, 'the other side closed it'));
  }

  private arrive(bytes: Uint8Array): Promise<void> {
    this.arriving.push(bytes);
    this.delivery ??= new Promise((resolve) =>
      nextTurn(() => {
        const arrived = this.arriving;
        this.arriving = [];
        this.delivery = undefined;
        if (!this.ended) for (const piece of arrived) this.inbox.take(piece);
        resolve();
      }),
    );
    return this.delivery;
  }

  private finish(reason: Error | undefined): void {
    this.ended = true;
    this.end(reason);
  }
}

/** Browsers have no setImmediate. */
const nextTurn: (callback: () => void) => void =
  typeof setImmediate === 'function' ? setImmediate : (callback) => setTimeout(callback, 0);
