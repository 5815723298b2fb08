import * as layout from '../../assembly/layout.js';
import type { Section } from './header.js';

/**
 * Reads the parts of a section in the order of the ops. Parts never overlap, so a file cannot unpack to
 * more than it holds.
 */
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

  /**
   * Returns a copy of `length` bytes at `at`; undefined if they are not aligned, not in the section, or
   * not behind the part before. These rules hold for parts of 0 bytes too.
   */
  take(at: number, length: number): Uint8Array | undefined {
    if (at % layout.WORD_BYTES !== 0 || at < this.#next || at + length > this.#end) return undefined;
    this.#next = at + length;
    return this.file.slice(at, at + length);
  }
}
