import { crc32 } from '@bd-edge/sdk/internal';
import { cobsBound, cobsDecode, cobsEncode } from './cobs.js';
import { FRAME_HEADER_BYTES, FRAME_TAIL_BYTES } from './protocol.js';

/** What travels: a message's type, the number that pairs a reply with its request, and the message itself. */
export interface Frame {
  type: number;
  /** u16; a reply repeats that of its request. */
  sequence: number;
  payload: Uint8Array;
}

/** The longest frame on the wire, both delimiters included, for payloads of up to `payloadBytes`. */
export const wireBytes = (payloadBytes: number): number =>
  cobsBound(FRAME_HEADER_BYTES + payloadBytes + FRAME_TAIL_BYTES) + 2;

/**
 * The bytes of a frame on the wire: 0x00, COBS(type u8, sequence u16, payload, CRC-32 u32), 0x00.
 *
 * One zero would do on a clean line. The first one ends whatever noise or text came before.
 */
export function encodeFrame({ type, sequence, payload }: Frame): Uint8Array {
  const body = new Uint8Array(FRAME_HEADER_BYTES + payload.length + FRAME_TAIL_BYTES);
  const view = new DataView(body.buffer);
  view.setUint8(0, type);
  view.setUint16(1, sequence, true);
  body.set(payload, FRAME_HEADER_BYTES);
  const tail = body.length - FRAME_TAIL_BYTES;
  view.setUint32(tail, crc32(body.subarray(0, tail)), true);
  const wire = new Uint8Array(wireBytes(payload.length));
  return wire.subarray(0, cobsEncode(body, wire, 1) + 1);
}

/**
 * Reads what stood between two zeros. Decodes in place: `bytes` is used up.
 *
 * @returns the frame, with a payload of its own, or undefined where the bytes are not one
 */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  const length = cobsDecode(bytes);
  const tail = length - FRAME_TAIL_BYTES;
  if (tail < FRAME_HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  if (view.getUint32(tail, true) !== crc32(bytes.subarray(0, tail))) return undefined;
  return {
    type: view.getUint8(0),
    sequence: view.getUint16(1, true),
    payload: bytes.slice(FRAME_HEADER_BYTES, tail),
  };
}
