import { LinkError } from './errors.js';

/** Reads a WebAssembly binary from the front; every read is checked against the end. */
export class ByteReader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
    readonly end = bytes.length,
  ) {}

  get done(): boolean {
    return this.at >= this.end;
  }

  /** @throws {LinkError} beyond the end */
  byte(): number {
    if (this.done) throw new LinkError('it is cut short');
    return this.bytes[this.at++];
  }

  /** @throws {LinkError} beyond the end */
  take(length: number): Uint8Array {
    if (length > this.end - this.at) throw new LinkError('it is cut short');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new LinkError('a number is too long');
  }

  /** Goes past a LEB128 of either sign and at most `bits` bits. */
  skipLeb(bits: 32 | 64): void {
    for (let left = Math.ceil(bits / 7); left > 0; left--) if (this.byte() < 0x80) return;
    throw new LinkError('a number is too long');
  }

  /** A part of its own, `u32` bytes long. */
  sized(): ByteReader {
    const length = this.u32();
    const start = this.at;
    this.take(length);
    return new ByteReader(this.bytes, start, start + length);
  }

  /** `u32` elements. */
  vector<T>(element: (index: number) => T): T[] {
    const list: T[] = [];
    for (let count = this.u32(); list.length < count; ) list.push(element(list.length));
    return list;
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.u32()));
  }
}
