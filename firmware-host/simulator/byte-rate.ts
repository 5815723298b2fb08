import type { Transport } from '../transports/transport.js';

/**
 * Wraps a transport so that it carries at most `bytesPerSecond` in each direction, like a UART. A timer releases the
 * bytes.
 */
export function limitByteRate(transport: Transport, bytesPerSecond: number): Transport {
  const outward = new Direction(bytesPerSecond);
  const inward = new Direction(bytesPerSecond);
  return {
    name: transport.name,
    closed: transport.closed,
    onData(listener) {
      transport.onData((bytes) => {
        const carried = inward.carry(bytes, listener);
        return inward.waitingBytes > MAX_WAITING_BYTES ? carried : undefined;
      });
    },
    write: (bytes) => outward.carry(bytes, (slice) => transport.write(slice)),
    async close() {
      outward.stop();
      inward.stop();
      await transport.close();
    },
  };
}

/** With more bytes than this waiting, no more are read. */
const MAX_WAITING_BYTES = 8192;

/** The bytes of one call arrive in slices of this duration. */
const SLICE_MS = 10;

interface Load {
  due: number;
  release: () => void;
}

/** One direction. */
class Direction {
  /** Bytes that have not passed, or that the receiver has not taken yet. */
  waitingBytes = 0;
  private readonly queue: Load[] = [];
  /** The time at which the last byte of the queue will have passed, in ms. */
  private free = 0;
  private timer?: ReturnType<typeof setTimeout>;

  constructor(private readonly bytesPerSecond: number) {}

  /** Delivers the bytes when they have passed, after the previous ones. Settles like the deliveries. */
  async carry(bytes: Uint8Array, deliver: (slice: Uint8Array) => unknown): Promise<void> {
    const length = Math.ceil((this.bytesPerSecond * SLICE_MS) / 1000);
    const slices = Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
      bytes.subarray(i * length, (i + 1) * length),
    );
    await Promise.all(slices.map((slice) => this.pass(slice.length, () => deliver(slice))));
  }

  private pass(bytes: number, deliver: () => unknown): Promise<void> {
    this.free = Math.max(this.free, performance.now()) + (bytes * 1000) / this.bytesPerSecond;
    this.waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      const release = () => {
        Promise.resolve(deliver())
          .finally(() => {
            this.waitingBytes -= bytes;
          })
          .then(() => resolve(), reject);
      };
      this.queue.push({ due: this.free, release });
      if (this.queue.length === 1) this.wait();
    });
  }

  stop(): void {
    clearTimeout(this.timer);
    this.queue.length = 0;
  }

  /** Uses one timer for the head of the queue: several timers could fire out of order. */
  private wait(): void {
    if (this.queue.length === 0) return;
    this.timer = setTimeout(
      () => {
        const now = performance.now();
        while (this.queue.length > 0 && this.queue[0].due <= now) this.queue.shift()?.release();
        this.wait();
      },
      Math.max(0, this.queue[0].due - performance.now()),
    );
  }
}
