/** What outlives a reset: named pieces of bytes, as a board has them in flash. */
export interface Storage {
  /** The bytes under a name; none if there never were any. */
  read(name: string): Uint8Array;
  /** Replaces the bytes under a name, whole or not at all. */
  write(name: string, bytes: Uint8Array): void;
  append(name: string, bytes: Uint8Array): void;
}

/** Lasts as long as the program. */
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
