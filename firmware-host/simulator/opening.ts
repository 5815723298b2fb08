import { decodeFrame, wireBytes } from '../link/frame.js';
import { MESSAGES } from '../link/messages.js';
import { MAX_PAYLOAD } from '../link/protocol.js';

/** Bit 4 is set in the types of replies. */
const REQUESTS = new Set<number>(MESSAGES.map(({ type }) => type).filter((type) => (type & 0x10) === 0));

/**
 * Classifies the first bytes of a connection: `protocol` if they start with the frame of a request, `other` as soon as
 * they cannot, and `incomplete` before that.
 */
export function openingOf(bytes: Uint8Array): 'protocol' | 'other' | 'incomplete' {
  const start = bytes.findIndex((byte) => byte !== 0);
  if (start < 0) return bytes.length > MAX_ZEROS ? 'other' : 'incomplete';
  const end = bytes.indexOf(0, start);
  const stretch = bytes.subarray(start, end < 0 ? bytes.length : end);
  // The second byte of a frame is its type.
  if (stretch.length > 1 && !REQUESTS.has(stretch[1])) return 'other';
  if (stretch.length > wireBytes(MAX_PAYLOAD)) return 'other';
  if (end < 0) return 'incomplete';
  return decodeFrame(stretch.slice()) === undefined ? 'other' : 'protocol';
}

const MAX_ZEROS = 16;
