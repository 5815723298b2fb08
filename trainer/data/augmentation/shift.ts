/** Augmentation by shifting, so that the network does not learn the position of digits. */

/**
 * Copies a picture moved by (down, right) pixels. Pixels outside the source are 0.
 *
 * @param source height x width x channels bytes
 * @param target as long as `source`, a different array
 */
export function shiftImage(
  source: Uint8Array,
  target: Uint8Array | Float32Array,
  [height, width, channels]: readonly [number, number, number],
  down: number,
  right: number,
): void {
  target.fill(0);
  const row = width * channels;
  const skipped = Math.min(Math.abs(right), width) * channels;
  for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
    const from = (y - down) * row + (right < 0 ? skipped : 0);
    const to = y * row + (right > 0 ? skipped : 0);
    target.set(source.subarray(from, from + row - skipped), to);
  }
}
