import { Mulberry32 } from '@bd-edge/sdk/internal';

/** Blocks of one gray level in an image that is not noise. */
const BLOCKS = 4;

/**
 * Returns random images, one after the other: every other one is noise, the rest are coarse blocks, whose sums reach
 * larger magnitudes. The same seed gives the same images.
 */
export function randomImages(
  count: number,
  { height, width, channels }: { height: number; width: number; channels: number },
  seed = 1,
): Uint8Array {
  const random = new Mulberry32(seed);
  const byte = () => Math.floor(random.next() * 256);
  const bytes = new Uint8Array(count * height * width * channels);
  let at = 0;
  for (let image = 0; image < count; image++) {
    const blocks = Array.from({ length: BLOCKS * BLOCKS * channels }, byte);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++) {
          const block = Math.floor((y * BLOCKS) / height) * BLOCKS + Math.floor((x * BLOCKS) / width);
          bytes[at++] = image % 2 === 0 ? byte() : blocks[block * channels + c];
        }
  }
  return bytes;
}
