import { crc32 } from '@bd-edge/sdk/internal';
import { cobsBound, cobsDecode, cobsEncode } from './cobs.js';
import { FRAME_HEADER_BYTES, FRAME_TAIL_BYTES } from './protocol.js';

/** A message on the wire: its type, the number that matches a reply to its request, and its payload. */
export interface Frame {
  type: number;
  /** u16; a reply has the number of its request. */
  sequence: number;
  payload: Uint8Array;
}

/** Returns the length of the longest frame on the wire, with both delimiters, for a payload of this length. */
export const wireBytes = (payloadBytes: number): number =>
  cobsBound(FRAME_HEADER_BYTES + payloadBytes + FRAME_TAIL_BYTES) + 2;

/**
 * Returns the bytes of a frame on the wire: 0x00, COBS(type u8, sequence u16, payload, CRC-32 u32), 0x00.
 *
 * The first zero ends noise or text before the frame.
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
 * Decodes the bytes between two zeros, in place: `bytes` is overwritten.
 *
 * @returns the frame with its own copy of the payload, or undefined if the bytes are not a frame
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
