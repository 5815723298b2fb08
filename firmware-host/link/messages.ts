import * as protocol from './protocol.js';
import { bytes, digest, i32s, Message, text, u8, u16, u32, u32s, type Values } from './record.js';

/**
 * Every message of the link. docs/link.md describes when each one is sent and what the receiver must reject.
 * A request gets exactly one reply, replies come in the order of the requests, and every request can be repeated
 * safely.
 *
 * A minor version may add fields after the last one of a message, unless that is `bytes`, `i32s` or `u32s`. The
 * new field is wrapped in `added`, with the value that it has if the sender does not know it.
 */

const slot = u8(protocol.SLOT_ENGINE, protocol.SLOT_MODEL);
const offset = u32(0, protocol.MAX_UPLOAD_BYTES);

/** Asks for {@link INFO}. The types and first fields of both stay the same in every version. */
export const HELLO = new Message('HELLO', protocol.TYPE_HELLO, { protocol: u16() });

export const INFO = new Message('INFO', protocol.TYPE_INFO, {
  /** Major version in the low byte, minor version in the high byte. */
  protocol: u16(),
  /** The version of the engine's exported functions that the firmware can use. */
  engineAbi: u16(),
  /** The version of the native kernels that the engine may import, NATIVE_KERNELS; 0 if there are none. */
  kernels: u16(),
  /** Bytes of the longest payload that the board accepts. */
  maxPayload: u16(protocol.MIN_PAYLOAD, protocol.MAX_PAYLOAD),
  /** The maximum number of requests without a reply. */
  windowFrames: u16(1, protocol.MAX_WINDOW_FRAMES),
  /** The maximum number of their bytes on the wire, delimiters included: the board's receive buffer. */
  windowBytes: u32(1),
  /** Bytes for the engine's memory: its own data, the model and the arena. */
  ramBytes: u32(),
  /** 1 if the weights of the active model are not in that memory but are read from the board's storage. */
  weightsInPlace: u8(0, 1),
  /** 1 if the board accepts every valid engine; 0 if it accepts only those that its firmware knows. */
  anyEngine: u8(0, 1),
  ticksPerSecond: u32(1),
  /** The digests of the active pair; zeros if there is none. */
  engineDigest: digest,
  modelDigest: digest,
  /** The board's name, for people. */
  board: text,
  interpreter: text,
});

/** Announces an upload. The reply {@link UPLOAD_STATUS} tells where the board's copy ends. */
export const UPLOAD_BEGIN = new Message('UPLOAD_BEGIN', protocol.TYPE_UPLOAD_BEGIN, {
  slot,
  length: u32(1, protocol.MAX_UPLOAD_BYTES),
  digest,
});

/** Carries bytes of the upload. The board ignores them unless `offset` is the one that it expects. */
export const UPLOAD_CHUNK = new Message('UPLOAD_CHUNK', protocol.TYPE_UPLOAD_CHUNK, { slot, offset, bytes });

/** The next offset that the board expects; the upload's length once it is complete and its digest is right. */
export const UPLOAD_STATUS = new Message('UPLOAD_STATUS', protocol.TYPE_UPLOAD_STATUS, { slot, offset });

/** Loads this pair and keeps it active, also after a reset. The reply is {@link ACTIVATED}. */
export const ACTIVATE = new Message('ACTIVATE', protocol.TYPE_ACTIVATE, {
  engineDigest: digest,
  modelDigest: digest,
});

export const ACTIVATED = new Message('ACTIVATED', protocol.TYPE_ACTIVATED, {});

/** Carries a piece of an image. The reply is {@link RESULT} if it completes the image, else {@link PARTIAL}. */
export const INFER = new Message('INFER', protocol.TYPE_INFER, { image: u32(), offset, bytes });

export const RESULT = new Message('RESULT', protocol.TYPE_RESULT, {
  image: u32(),
  ticks: u32(),
  /** CRC-32 of all logits as little-endian int32. */
  checksum: u32(),
  /** The index of the largest logit; the first of equal ones. */
  classIndex: u16(),
  outputs: u16(1),
  /** The first logits, up to the size of a frame. */
  logits: i32s,
});

/** Like {@link INFER}; the reply is {@link TRACE_RESULT} from op `first` on, or {@link PARTIAL}. */
export const TRACE = new Message('TRACE', protocol.TYPE_TRACE, {
  image: u32(),
  first: u16(),
  offset,
  bytes,
});

export const TRACE_RESULT = new Message('TRACE_RESULT', protocol.TYPE_TRACE_RESULT, {
  image: u32(),
  first: u16(),
  ops: u16(1),
  /** CRC-32 of each op's output tensor from op `first` on, up to the size of a frame. */
  checksums: u32s,
});

/** Like {@link INFER}; the reply is {@link PROFILE_RESULT} from op `first` on, or {@link PARTIAL}. */
export const PROFILE = new Message('PROFILE', protocol.TYPE_PROFILE, {
  image: u32(),
  first: u16(),
  offset,
  bytes,
});

export const PROFILE_RESULT = new Message('PROFILE_RESULT', protocol.TYPE_PROFILE_RESULT, {
  image: u32(),
  first: u16(),
  /** The peak of the stack since the board started; 0 if unknown. */
  stackBytes: u32(),
  /** Bytes that the interpreter uses besides the engine's memory; 0 if unknown. */
  interpreterBytes: u32(),
  ops: u16(1),
  /** Duration of each op from op `first` on, up to the size of a frame. */
  ticks: u32s,
});

/** The next byte of the image that the board expects; 0 if it has none, or received another image since. */
export const PARTIAL = new Message('PARTIAL', protocol.TYPE_PARTIAL, { image: u32(), offset });

/** The reply to a rejected request, which changed nothing. */
export const ERROR = new Message('ERROR', protocol.TYPE_ERROR, {
  code: u16(),
  detail: u32(),
  /** A message for people; may be empty. */
  reason: text,
});

/** A board's description of itself. */
export type BoardInfo = Values<typeof INFO.fields>;
export type Result = Values<typeof RESULT.fields>;

export const MESSAGES = [
  HELLO,
  UPLOAD_BEGIN,
  UPLOAD_CHUNK,
  ACTIVATE,
  INFER,
  TRACE,
  PROFILE,
  INFO,
  UPLOAD_STATUS,
  ACTIVATED,
  RESULT,
  TRACE_RESULT,
  PROFILE_RESULT,
  PARTIAL,
  ERROR,
] as const;
