import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Storage } from './storage.js';

/** A file for each name: outlives the program. Makes the directory if there is none. */
export class DirectoryStorage implements Storage {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  read(name: string): Uint8Array {
    try {
      return new Uint8Array(readFileSync(this.path(name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array();
      throw error;
    }
  }

  write(name: string, bytes: Uint8Array): void {
    // A rename is whole or not at all, whenever the power goes.
    const unfinished = `${this.path(name)}.unfinished`;
    writeFileSync(unfinished, bytes);
    renameSync(unfinished, this.path(name));
  }

  append(name: string, bytes: Uint8Array): void {
    appendFileSync(this.path(name), bytes);
  }

  private path(name: string): string {
    return join(this.directory, name);
  }
}
