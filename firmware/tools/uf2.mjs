// UF2, the file format for firmware that is copied to the USB drive of a Raspberry Pi Pico: 512-byte blocks, each with 256
// bytes and their address (https://github.com/microsoft/uf2).

const BLOCK_BYTES = 512;
const PAYLOAD_BYTES = 256;
const MAGIC = [0x0a324655, 0x9e5d5157];
const MAGIC_END = 0x0ab16f30;
const HAS_FAMILY = 0x2000;

/**
 * Encodes an image.
 *
 * @param {Uint8Array} bytes
 * @param {number} address the address of the first byte, a multiple of 256
 * @param {number} family the chips that accept the file
 */
export function encodeUf2(bytes, address, family) {
  const blocks = Math.ceil(bytes.length / PAYLOAD_BYTES);
  const file = new Uint8Array(blocks * BLOCK_BYTES);
  const view = new DataView(file.buffer);
  for (let block = 0; block < blocks; block++) {
    const at = block * BLOCK_BYTES;
    const start = block * PAYLOAD_BYTES;
    const header = [...MAGIC, HAS_FAMILY, address + start, PAYLOAD_BYTES, block, blocks, family];
    for (const [i, word] of header.entries()) view.setUint32(at + 4 * i, word, true);
    file.set(bytes.subarray(start, start + PAYLOAD_BYTES), at + 32);
    view.setUint32(at + BLOCK_BYTES - 4, MAGIC_END, true);
  }
  return file;
}
