import * as protocol from './protocol.js';
import { bytes, digest, i32s, Message, text, u8, u16, u32, u32s, type Values } from './record.js';

/**
 * Every message of the link, each layout written once. docs/link.md says when they are sent and what must be
 * refused. A request is answered by exactly one reply, in the order of the requests, and asking again is
 * always safe.
 */

const slot = u8(protocol.SLOT_ENGINE, protocol.SLOT_MODEL);
const offset = u32(0, protocol.MAX_UPLOAD_BYTES);

/** Who is there? Its type and first field, and those of {@link WELCOME}, stay the same in every version. */
export const HELLO = new Message('HELLO', protocol.TYPE_HELLO, { protocol: u16() });

export const WELCOME = new Message('WELCOME', protocol.TYPE_WELCOME, {
  protocol: u16(),
  /** The engine's exported functions that the firmware can use. */
  engineAbi: u16(),
  /** The native kernels that the engine may import: their version, NATIVE_KERNELS; 0 if there are none. */
  kernels: u16(),
  /** Bytes of the longest payload that the board takes. */
  maxPayload: u16(protocol.MIN_PAYLOAD, protocol.MAX_PAYLOAD),
  /** Requests that may be sent and not yet answered. */
  windowFrames: u16(1, protocol.MAX_WINDOW_FRAMES),
  /** Bytes on the wire of such requests, delimiters included: the board's receive buffer. */
  windowBytes: u32(1),
  /** For the engine's memory: its own data, the model and the arena. */
  ramBytes: u32(),
  /** 1 if the active model's weights are not in that memory: they are read where the board keeps them. */
  weightsInPlace: u8(0, 1),
  ticksPerSecond: u32(1),
  /** Of the active pair; zeros where there is none. */
  engineDigest: digest,
  modelDigest: digest,
  /** Names the board, for people. */
  board: text,
  interpreter: text,
});

/** This is to be uploaded. Answered by {@link WANTED}: where the board's copy ends. */
export const PUT = new Message('PUT', protocol.TYPE_PUT, {
  slot,
  length: u32(1, protocol.MAX_UPLOAD_BYTES),
  digest,
});

/** Bytes of the upload; taken if `offset` is the one wanted, ignored if not. Answered by {@link WANTED}. */
export const DATA = new Message('DATA', protocol.TYPE_DATA, { slot, offset, bytes });

/** The next byte that the board lacks; the upload's length once it is whole and its digest right. */
export const WANTED = new Message('WANTED', protocol.TYPE_WANTED, { slot, offset });

/** Load this pair, and use it from now on, also after a reset. Answered by {@link ACTIVATED}. */
export const ACTIVATE = new Message('ACTIVATE', protocol.TYPE_ACTIVATE, {
  engineDigest: digest,
  modelDigest: digest,
});

export const ACTIVATED = new Message('ACTIVATED', protocol.TYPE_ACTIVATED, {});

/** A piece of an image. Answered by {@link RESULT} if it completes the image, by {@link PARTIAL} if not. */
export const INFER = new Message('INFER', protocol.TYPE_INFER, { image: u32(), offset, bytes });

export const RESULT = new Message('RESULT', protocol.TYPE_RESULT, {
  image: u32(),
  ticks: u32(),
  /** CRC-32 of all logits as little-endian int32. */
  checksum: u32(),
  /** The first maximum. */
  label: u16(),
  outputs: u16(1),
  /** As many, from the first, as a frame holds. */
  logits: i32s,
});

/** As {@link INFER}; answered by {@link LAYERS}, from layer `first` on, or by {@link PARTIAL}. */
export const TRACE = new Message('TRACE', protocol.TYPE_TRACE, {
  image: u32(),
  first: u16(),
  offset,
  bytes,
});

export const LAYERS = new Message('LAYERS', protocol.TYPE_LAYERS, {
  image: u32(),
  first: u16(),
  layers: u16(1),
  /** CRC-32 of each layer's output tensor, from layer `first`, as many as a frame holds. */
  checksums: u32s,
});

/** As {@link INFER}; answered by {@link TIMES}, from layer `first` on, or by {@link PARTIAL}. */
export const PROFILE = new Message('PROFILE', protocol.TYPE_PROFILE, {
  image: u32(),
  first: u16(),
  offset,
  bytes,
});

export const TIMES = new Message('TIMES', protocol.TYPE_TIMES, {
  image: u32(),
  first: u16(),
  /** Most of the stack that was in use since the board started; 0 if it does not know. */
  stackBytes: u32(),
  /** What the interpreter takes beside the engine's memory; 0 if the board does not know. */
  interpreterBytes: u32(),
  layers: u16(1),
  /** Of each layer's run, from layer `first`, as many as a frame holds. */
  ticks: u32s,
});

/** The next byte of the image that the board lacks; 0 if it has none of it, or was given another one since. */
export const PARTIAL = new Message('PARTIAL', protocol.TYPE_PARTIAL, { image: u32(), offset });

/** The answer to a request that was refused. Nothing has changed. */
export const ERROR = new Message('ERROR', protocol.TYPE_ERROR, {
  code: u16(),
  detail: u32(),
  /** More for people; may be empty. */
  reason: text,
});

/** What a board says of itself. */
export type Welcome = Values<typeof WELCOME.fields>;
export type Result = Values<typeof RESULT.fields>;

export const MESSAGES = [
  HELLO,
  PUT,
  DATA,
  ACTIVATE,
  INFER,
  TRACE,
  PROFILE,
  WELCOME,
  WANTED,
  ACTIVATED,
  RESULT,
  LAYERS,
  TIMES,
  PARTIAL,
  ERROR,
] as const;
