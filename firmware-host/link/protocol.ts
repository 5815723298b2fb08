/**
 * The numbers of the link protocol. docs/link.md explains them; the firmware gets them as a generated header.
 * This file contains numeric constants only; the layouts of the messages are in messages.ts.
 */

/** A host and a board with different major versions cannot communicate. */
export const PROTOCOL_MAJOR = 1;
/** Increases when messages, or fields at the end of messages, are added. */
export const PROTOCOL_MINOR = 0;
/** The version as HELLO and INFO carry it. */
export const PROTOCOL_VERSION = PROTOCOL_MAJOR | (PROTOCOL_MINOR << 8);

/** type u8, sequence u16 */
export const FRAME_HEADER_BYTES = 3;
/** CRC-32 u32 */
export const FRAME_TAIL_BYTES = 4;

/** Every board accepts payloads of this size. The longest message of fixed size fits. */
export const MIN_PAYLOAD = 128;
/** No frame is longer, in either direction, so that both sides can receive into fixed memory. */
export const MAX_PAYLOAD = 4096;

/** Prevents sequence numbers from wrapping around within a window. */
export const MAX_WINDOW_FRAMES = 256;

export const DIGEST_BYTES = 32;
export const MAX_TEXT_BYTES = 64;
export const MAX_UPLOAD_BYTES = 268435456;

/**
 * Types are control characters that text does not use. A frame's second byte on the wire is its type, so a frame
 * is never mistaken for a line of a board's log. Bit 4 is set in the type of a reply.
 */
export const TYPE_HELLO = 0x01;
export const TYPE_UPLOAD_BEGIN = 0x02;
export const TYPE_UPLOAD_CHUNK = 0x03;
export const TYPE_ACTIVATE = 0x04;
export const TYPE_INFER = 0x05;
export const TYPE_TRACE = 0x06;
export const TYPE_PROFILE = 0x0f;
export const TYPE_INFO = 0x11;
export const TYPE_UPLOAD_STATUS = 0x12;
export const TYPE_ACTIVATED = 0x14;
export const TYPE_RESULT = 0x15;
export const TYPE_TRACE_RESULT = 0x16;
export const TYPE_PARTIAL = 0x17;
export const TYPE_ERROR = 0x18;
export const TYPE_PROFILE_RESULT = 0x1f;

export const SLOT_ENGINE = 0;
export const SLOT_MODEL = 1;

/** Codes of ERROR. `detail` is the number named here, or 0. */
export const ERROR_UNKNOWN_TYPE = 1; // the frame's type
export const ERROR_MALFORMED = 2;
export const ERROR_TOO_LARGE = 3; // the bytes that the slot can hold
export const ERROR_NO_UPLOAD = 4;
export const ERROR_DIGEST_MISMATCH = 5;
export const ERROR_STORE = 6;
export const ERROR_NOT_STAGED = 7; // the slot that lacks the digest
export const ERROR_OUT_OF_MEMORY = 8; // the bytes that the pair needs, if known
export const ERROR_ENGINE = 9;
export const ERROR_ENGINE_ABI = 10; // the engine's ABI
export const ERROR_MODEL = 11; // the engine's answer: code | (op << 8); op counts from 1, and 0 is the file
export const ERROR_NOTHING_ACTIVE = 12;
export const ERROR_IMAGE_SIZE = 13; // the bytes of the model's input
export const ERROR_TRAPPED = 14;
export const ERROR_UNKNOWN_ENGINE = 15;
