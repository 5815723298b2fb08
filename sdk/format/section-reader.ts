import * as layout from '../../assembly/layout.js';
import type { Section } from './header.js';

/** Hands out the parts of a section in the order of the ops; parts never overlap, so a file cannot unpack to more than it holds. */
export class SectionReader {
  #next: number;
  readonly #end: number;

  constructor(
    readonly file: Uint8Array,
    { offset, bytes }: Section,
  ) {
    this.#next = offset;
    this.#end = offset + bytes;
  }

  /** A copy of `length` bytes at `at`, or nothing where they are misplaced. */
  take(at: number, length: number): Uint8Array | undefined {
    if (at % layout.WORD_BYTES !== 0 || at < this.#next || at + length > this.#end) return undefined;
    this.#next = at + length;
    return this.file.slice(at, at + length);
  }
}
