import type { Shape } from '@bd-edge/sdk';

/**
 * Returns the bits of a tensor as pictures, 0 and 1: [planes * channels][height * width], those of the first plane
 * first. The two planes of a coupled activation have the order of a decoupled network's channels.
 *
 * @param bytes the tensor in an engine's arena: rows of 32-bit words for each plane of each pixel
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
