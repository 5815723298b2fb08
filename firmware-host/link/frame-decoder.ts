import { decodeFrame, type Frame, wireBytes } from './frame.js';
import { MAX_PAYLOAD } from './protocol.js';

export interface FrameDecoderEvents {
  onFrame(frame: Frame): void;
  /**
   * Receives a line, or a piece of one, that the board prints between its frames: valid UTF-8 with the newline.
   * Without this function, text counts as bad frames.
   */
  onText?(text: string): void;
}

/**
 * Finds frames and lines of a board's log in a stream of arbitrary bytes.
 *
 * It stores at most one frame. Other bytes are counted and discarded, up to the next zero.
 */
export class FrameDecoder {
  /** Stretches between zeros that were neither frames nor text. */
  badFrames = 0;
  private readonly buffer: Uint8Array;
  private length = 0;
  private textual: boolean;
  private overflowed = false;

  constructor(
    private readonly events: FrameDecoderEvents,
    maxPayload = MAX_PAYLOAD,
  ) {
    this.buffer = new Uint8Array(wireBytes(maxPayload));
    this.textual = events.onText !== undefined;
  }

  push(bytes: Uint8Array): void {
    let start = 0;
    while (start < bytes.length) {
      const zero = bytes.indexOf(0, start);
      const end = zero < 0 ? bytes.length : zero;
      for (let i = start; i < end && !this.overflowed; i++) this.take(bytes[i]);
      if (zero >= 0) this.endStretch();
      start = end + 1;
    }
  }

  private take(byte: number): void {
    if (this.length === this.buffer.length) {
      this.overflowed = !this.flushText();
      if (this.overflowed) return;
    }
    this.buffer[this.length++] = byte;
    this.textual &&= isText(byte);
    // A frame's second byte is its type, which is not text: after two bytes, text cannot be a frame.
    if (byte === NEWLINE && this.length > 1) this.flushText();
  }

  private endStretch(): void {
    const stretch = this.buffer.subarray(0, this.length);
    const skip = this.length === 0 && !this.overflowed;
    if (!skip && !this.flushText()) {
      const frame = this.overflowed ? undefined : decodeFrame(stretch);
      this.restart();
      if (frame === undefined) this.badFrames++;
      else this.events.onFrame(frame);
    }
    this.restart();
  }

  /** Passes the bytes to the log if they are text; otherwise nothing changes. Returns whether they are. */
  private flushText(): boolean {
    if (!this.textual || this.overflowed) return false;
    const text = decodeText(this.buffer.subarray(0, this.length));
    if (text === undefined) return false;
    this.restart();
    this.events.onText?.(text);
    return true;
  }

  private restart(): void {
    this.length = 0;
    this.textual = this.events.onText !== undefined;
    this.overflowed = false;
  }
}

const NEWLINE = 0x0a;

/** Printable, or one of BEL BS TAB LF VT FF CR ESC. */
const isText = (byte: number): boolean =>
  byte >= 0x20 ? byte !== 0x7f : (byte >= 0x07 && byte <= 0x0d) || byte === 0x1b;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
