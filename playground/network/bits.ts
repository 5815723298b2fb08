import type { Shape } from '@bd-edge/sdk';

/**
 * The bits of a tensor as pictures: one for each channel of each plane, first those of the first plane,
 * [planes * channels][height * width], 0 and 1. A coupled activation's two planes so stand where a decoupled
 * network's channels stand.
 *
 * @param bytes as the tensor lies in an engine's arena: rows of 32-bit words for each plane of each pixel
 */
export function bitsOf({ height, width, channels, planes }: Shape, bytes: Uint8Array): Uint8Array[] {
  const words = Math.ceil(channels / 32);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: planes * channels }, (_, k) => {
    const [plane, channel] = [Math.floor(k / channels), k % channels];
    return Uint8Array.from({ length: height * width }, (_, pixel) => {
      const word = (pixel * planes + plane) * words + (channel >> 5);
      return (data.getUint32(4 * word, true) >>> (channel & 31)) & 1;
    });
  });
}
