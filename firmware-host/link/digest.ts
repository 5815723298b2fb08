import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Returns SHA-256, which identifies an engine or a model on both sides. */
export const digestOf = (bytes: Uint8Array): Uint8Array => sha256(bytes);

export const digestHex = (digest: Uint8Array): string => bytesToHex(digest);

export const sameDigest = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
