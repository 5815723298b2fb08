/** The ring buffer between a board's UART and its main loop. */
export class ReceiveBuffer {
  /** Bytes that were lost because the buffer was full. */
  overrunBytes = 0;
  private readonly ring: Uint8Array;
  private start = 0;
  private length = 0;

  constructor(capacity: number) {
    this.ring = new Uint8Array(capacity);
  }

  push(bytes: Uint8Array): void {
    const room = Math.min(bytes.length, this.ring.length - this.length);
    for (let i = 0; i < room; i++) this.ring[(this.start + this.length++) % this.ring.length] = bytes[i];
    this.overrunBytes += bytes.length - room;
  }

  /** Takes the bytes up to and including the next zero, or all; returns undefined if there are none. */
  take(): Uint8Array | undefined {
    if (this.length === 0) return undefined;
    const taken = new Uint8Array(this.length);
    let count = 0;
    do {
      taken[count] = this.ring[this.start];
      this.start = (this.start + 1) % this.ring.length;
      this.length--;
    } while (taken[count++] !== 0 && this.length > 0);
    return taken.subarray(0, count);
  }
}
