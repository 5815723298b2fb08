/**
 * The numbers of the link protocol, written once: docs/link.md explains them, firmware gets them as a header.
 * This file holds plain numeric constants and nothing else; the messages' layouts are in messages.ts.
 */

/** A host and a board that differ here do not talk. */
export const PROTOCOL_VERSION = 1;

/** type u8, sequence u16 */
export const FRAME_HEADER_BYTES = 3;
/** CRC-32 u32 */
export const FRAME_TAIL_BYTES = 4;

/** Every board takes payloads of this size: room for the longest message of fixed size. */
export const MIN_PAYLOAD = 128;
/** No frame is longer, in either direction, so that both sides can receive into fixed memory. */
export const MAX_PAYLOAD = 4096;

/** Keeps sequence numbers far from wrapping round within a window. */
export const MAX_WINDOW_FRAMES = 256;

export const DIGEST_BYTES = 32;
export const MAX_TEXT_BYTES = 64;
export const MAX_UPLOAD_BYTES = 268435456;

/**
 * Types are control characters that text does not use, so a frame (whose second byte on the wire is its type)
 * is never mistaken for a line of a board's log. A reply's type has bit 4 set.
 */
export const TYPE_HELLO = 0x01;
export const TYPE_PUT = 0x02;
export const TYPE_DATA = 0x03;
export const TYPE_ACTIVATE = 0x04;
export const TYPE_INFER = 0x05;
export const TYPE_TRACE = 0x06;
export const TYPE_PROFILE = 0x0f;
export const TYPE_WELCOME = 0x11;
export const TYPE_WANTED = 0x12;
export const TYPE_ACTIVATED = 0x14;
export const TYPE_RESULT = 0x15;
export const TYPE_LAYERS = 0x16;
export const TYPE_PARTIAL = 0x17;
export const TYPE_ERROR = 0x18;
export const TYPE_TIMES = 0x1f;

export const SLOT_ENGINE = 0;
export const SLOT_MODEL = 1;

/** What an ERROR says; `detail` is the number named here, or 0. */
export const ERROR_UNKNOWN_TYPE = 1; // the frame's type
export const ERROR_MALFORMED = 2;
export const ERROR_TOO_LARGE = 3; // the bytes that the slot can hold
export const ERROR_NO_UPLOAD = 4;
export const ERROR_DIGEST_MISMATCH = 5;
export const ERROR_STORE = 6;
export const ERROR_NOT_STAGED = 7; // the slot that lacks the digest
export const ERROR_OUT_OF_MEMORY = 8; // the bytes that the pair needs, where known
export const ERROR_ENGINE = 9;
export const ERROR_ENGINE_ABI = 10; // the engine's ABI
export const ERROR_MODEL = 11; // the engine's answer: code | (op << 8), the op counted from 1, 0 for the file
export const ERROR_NOTHING_ACTIVE = 12;
export const ERROR_IMAGE_SIZE = 13; // the bytes of the model's input
export const ERROR_TRAPPED = 14;
