import { createHash } from 'node:crypto';

/** Bytes hashed at once: Node's hashes are limited to 2 GiB. */
const CHUNK_BYTES = 2 ** 24;

/** Returns the SHA-256 of the concatenation of parts of any size. */
export function sha256(parts: readonly ArrayBufferView[]): Buffer {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of parts) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let at = 0; at < byteLength; at += CHUNK_BYTES) hash.update(bytes.subarray(at, at + CHUNK_BYTES));
  }
  return hash.digest();
}
