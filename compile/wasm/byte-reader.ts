import { invalidParts } from './errors.js';

/** Reads a WebAssembly binary; every read is checked against the end. */
export class ByteReader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
    readonly end = bytes.length,
  ) {}

  get done(): boolean {
    return this.at >= this.end;
  }

  /** @throws {FileError} at the end */
  byte(): number {
    if (this.done) throw invalidParts('the file is truncated');
    return this.bytes[this.at++];
  }

  /** @throws {FileError} beyond the end */
  take(length: number): Uint8Array {
    if (length > this.end - this.at) throw invalidParts('the file is truncated');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Reads an unsigned LEB128 of at most 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw invalidParts('a number is too long');
  }

  /** Skips a LEB128 of either sign and at most `bits` bits. */
  skipLeb(bits: 32 | 64): void {
    for (let left = Math.ceil(bits / 7); left > 0; left--) if (this.byte() < 0x80) return;
    throw invalidParts('a number is too long');
  }

  /** Returns a reader of the next `u32` bytes. */
  sized(): ByteReader {
    const length = this.u32();
    const start = this.at;
    this.take(length);
    return new ByteReader(this.bytes, start, start + length);
  }

  /** Reads `u32` elements. */
  vector<T>(element: (index: number) => T): T[] {
    const list: T[] = [];
    for (let count = this.u32(); list.length < count; ) list.push(element(list.length));
    return list;
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.u32()));
  }
}
