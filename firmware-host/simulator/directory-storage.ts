import { requireNode } from '../transports/require-node.js';
import type { Storage } from './storage.js';

/** Keeps one file for each name. Creates the directory if needed. */
export class DirectoryStorage implements Storage {
  private readonly fs = requireNode('node:fs', 'Keeping uploads in a directory');

  /** @throws {MissingDependencyError} in a browser */
  constructor(private readonly directory: string) {
    this.fs.mkdirSync(directory, { recursive: true });
  }

  read(name: string): Uint8Array {
    try {
      return new Uint8Array(this.fs.readFileSync(this.path(name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array();
      throw error;
    }
  }

  write(name: string, bytes: Uint8Array): void {
    // A rename is atomic, also at a power loss.
    const unfinished = `${this.path(name)}.unfinished`;
    this.fs.writeFileSync(unfinished, bytes);
    this.fs.renameSync(unfinished, this.path(name));
  }

  append(name: string, bytes: Uint8Array): void {
    this.fs.appendFileSync(this.path(name), bytes);
  }

  private path(name: string): string {
    return requireNode('node:path', 'A directory').join(this.directory, name);
  }
}
