import { LineLostError } from './errors.js';
import { Inbox } from './inbox.js';
import type { Transport } from './transport.js';

/**
 * Two ends of a line within this program: what one end writes arrives at the other.
 *
 * Bytes are handed over between turns of the event loop, never within `write`, as from a real port.
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

  onData(listener: (bytes: Uint8Array) => void): void {
    this.inbox.listen(listener);
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.ended) return Promise.reject(new LineLostError(this.name, 'it is closed'));
    return this.peer.arrive(bytes);
  }

  async close(): Promise<void> {
    this.finish(undefined);
    // What was written before the end still arrives, as from a socket.
    await this.peer.delivery;
    this.peer.finish(new LineLostError(this.name, 'the other side closed it'));
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
