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
      line.onData((bytes) => void inward.carry(bytes.length, () => listener(bytes)));
    },
    write: (bytes) => outward.carry(bytes.length, () => line.write(bytes)),
    async close() {
      outward.stop();
      inward.stop();
      await line.close();
    },
  };
}

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

  /** Calls `deliver` once that many bytes have passed, behind those before; fulfilled or rejected as it is. */
  carry(bytes: number, deliver: () => void | Promise<void>): Promise<void> {
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
