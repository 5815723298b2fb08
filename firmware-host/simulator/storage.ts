/** Named byte sequences that survive a reset, like a board's flash. */
export interface Storage {
  /** Returns the bytes of a name; empty if nothing was written. */
  read(name: string): Uint8Array;
  /** Replaces the bytes of a name atomically. */
  write(name: string, bytes: Uint8Array): void;
  append(name: string, bytes: Uint8Array): void;
}

/** Keeps the bytes in memory. */
export class MemoryStorage implements Storage {
  private readonly pieces = new Map<string, Uint8Array>();

  read(name: string): Uint8Array {
    return this.pieces.get(name) ?? new Uint8Array();
  }

  write(name: string, bytes: Uint8Array): void {
    this.pieces.set(name, bytes.slice());
  }

  append(name: string, bytes: Uint8Array): void {
    const before = this.read(name);
    const after = new Uint8Array(before.length + bytes.length);
    after.set(before);
    after.set(bytes, before.length);
    this.pieces.set(name, after);
  }
}
