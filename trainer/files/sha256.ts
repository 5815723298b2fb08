import { createHash } from 'node:crypto';

/** What is hashed at once: Node's hashes take no more than 2 GiB. */
const CHUNK_BYTES = 2 ** 24;

/** SHA-256 of parts of any size, one behind the other. */
export function sha256(parts: readonly ArrayBufferView[]): Buffer {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of parts) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let at = 0; at < byteLength; at += CHUNK_BYTES) hash.update(bytes.subarray(at, at + CHUNK_BYTES));
  }
  return hash.digest();
}
