// The RP2040's ROM starts flash only if the last four of its first 256 bytes are the CRC-32 of the previous ones.

export const BOOT_BYTES = 256;

/** Returns the ROM's CRC-32: polynomial 0x04c11db7, highest bit first, initial value 0xffffffff, not inverted. */
export function bootCrc(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  }
  return crc >>> 0;
}

/** Writes the checksum into an image that starts with the second stage of the boot. */
export function sealBoot(image) {
  const view = new DataView(image.buffer, image.byteOffset, image.length);
  view.setUint32(BOOT_BYTES - 4, bootCrc(image.subarray(0, BOOT_BYTES - 4)), true);
}
