import { filters, tilesAcross, tilesDown } from './layer';

/** Parts of a tile: ranges of its filters. */
export let tileParts: u32 = 1;

/**
 * Divides the open layer for a number of threads: into tiles, and each of them by filters if tiles alone
 * would leave threads without work.
 *
 * @returns the number of parts
 */
export function tableParts(threads: u32): u32 {
  const tiles = tilesAcross * tilesDown;
  tileParts = 1;
  // Each word of the output belongs to one part.
  const maxParts: u32 = (filters & 31) == 0 ? filters >>> 5 : 1;
  if (tiles < 4 * threads) while (tileParts < maxParts && (tiles * tileParts) % threads != 0) tileParts++;
  return tiles * tileParts;
}
