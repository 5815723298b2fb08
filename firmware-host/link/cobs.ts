/**
 * Consistent Overhead Byte Stuffing encodes any bytes without a zero, so that a zero can end a frame.
 *
 * Each zero is replaced by the distance to the next one. A run of 254 bytes without a zero costs one byte more.
 *
 * Source: S. Cheshire and M. Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM Transactions on Networking 7(2), 1999.
 */

/** Returns the length of the longest encoding of `bytes` bytes. */
export const cobsBound = (bytes: number): number => bytes + Math.floor(bytes / 254) + 1;

/** Writes the encoding of `input` to `output` from `at`, which must have room, and returns its end. */
export function cobsEncode(input: Uint8Array, output: Uint8Array, at = 0): number {
  let code = at;
  let end = at + 1;
  for (let i = 0; i < input.length; i++) {
    if (input[i] !== 0) output[end++] = input[i];
    const full = end - code === 255;
    if (input[i] === 0 || (full && i + 1 < input.length)) {
      output[code] = end - code;
      code = end++;
    }
  }
  output[code] = end - code;
  return end;
}

/**
 * Decodes in place, like the firmware: the result is never longer than its encoding.
 *
 * @param bytes bytes without a zero
 * @returns the length of the result at the start of `bytes`, or -1 if they are not an encoding
 */
export function cobsDecode(bytes: Uint8Array): number {
  let read = 0;
  let written = 0;
  while (read < bytes.length) {
    const code = bytes[read++];
    const end = read + code - 1;
    if (code === 0 || end > bytes.length) return -1;
    bytes.copyWithin(written, read, end);
    written += end - read;
    read = end;
    if (code < 255 && read < bytes.length) bytes[written++] = 0;
  }
  return written;
}
