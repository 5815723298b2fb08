import type { Transport } from '../transports/transport.js';

/**
 * A line that carries at most `bytesPerSecond` each way, as a UART does: bytes are held until their time and then
 * released, by timer.
 */
export function limitLineRate(line: Transport, bytesPerSecond: number): Transport {
  const outward = new Lane(bytesPerSecond);
  const inward = new Lane(bytesPerSecond);
  return {
    name: line.name,
    closed: line.closed,
    onData(listener) {
      line.onData((bytes) => void inward.carry(bytes, listener));
    },
    write: (bytes) => outward.carry(bytes, (slice) => line.write(slice)),
    async close() {
      outward.stop();
      inward.stop();
      await line.close();
    },
  };
}

/** Bytes of one call arrive little by little, as on a wire: in slices of so many ms. */
const SLICE_MS = 10;

interface Load {
  due: number;
  release: () => void;
}

/** One direction. */
class Lane {
  private readonly queue: Load[] = [];
  /** When the last byte of the queue will have passed, in ms. */
  private free = 0;
  private timer?: ReturnType<typeof setTimeout>;

  constructor(private readonly bytesPerSecond: number) {}

  /** Delivers the bytes as they have passed, behind those before; fulfilled or rejected as the deliveries are. */
  async carry(bytes: Uint8Array, deliver: (slice: Uint8Array) => void | Promise<void>): Promise<void> {
    const length = Math.ceil((this.bytesPerSecond * SLICE_MS) / 1000);
    const slices = Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
      bytes.subarray(i * length, (i + 1) * length),
    );
    await Promise.all(slices.map((slice) => this.pass(slice.length, () => deliver(slice))));
  }

  private pass(bytes: number, deliver: () => void | Promise<void>): Promise<void> {
    this.free = Math.max(this.free, performance.now()) + (bytes * 1000) / this.bytesPerSecond;
    return new Promise((resolve, reject) => {
      const release = () => Promise.resolve(deliver()).then(resolve, reject);
      this.queue.push({ due: this.free, release });
      if (this.queue.length === 1) this.wait();
    });
  }

  stop(): void {
    clearTimeout(this.timer);
    this.queue.length = 0;
  }

  /** One timer for the head of the queue: several could fire out of order. */
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
