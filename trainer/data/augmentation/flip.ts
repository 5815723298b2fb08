/** Augmentation by horizontal flips: a mirrored car is a car. It is not for digits: a mirrored 2 is not a 2. */

/**
 * Mirrors a picture left to right, in place.
 *
 * @param pixels height x width x channels
 */
export function flipImage(
  pixels: Float32Array | Uint8Array,
  [height, width, channels]: readonly [number, number, number],
): void {
  for (let y = 0; y < height; y++) {
    for (let left = 0, right = width - 1; left < right; left++, right--) {
      for (let c = 0; c < channels; c++) {
        const [a, b] = [(y * width + left) * channels + c, (y * width + right) * channels + c];
        [pixels[a], pixels[b]] = [pixels[b], pixels[a]];
      }
    }
  }
}
