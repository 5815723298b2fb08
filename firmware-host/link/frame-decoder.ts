import { decodeFrame, type Frame, wireBytes } from './frame.js';
import { MAX_PAYLOAD } from './protocol.js';

export interface FrameDecoderEvents {
  onFrame(frame: Frame): void;
  /**
   * A line, or a piece, of what the board prints between its frames: valid UTF-8, the newline included.
   * Without it, text is like any other bytes that are no frame.
   */
  onText?(text: string): void;
}

/**
 * Finds frames, and the lines of a board's log, in a stream of bytes that may hold anything.
 *
 * Memory is one frame. Whatever is neither a frame nor text is counted and dropped, up to the next zero.
 */
export class FrameDecoder {
  /** Stretches between zeros that were neither frames nor text. */
  badFrames = 0;
  private readonly buffer: Uint8Array;
  private length = 0;
  private textual: boolean;
  private overflown = false;

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
      for (let i = start; i < end && !this.overflown; i++) this.take(bytes[i]);
      if (zero >= 0) this.endStretch();
      start = end + 1;
    }
  }

  private take(byte: number): void {
    if (this.length === this.buffer.length) {
      this.overflown = !this.flushText();
      if (this.overflown) return;
    }
    this.buffer[this.length++] = byte;
    this.textual &&= isText(byte);
    // A frame's second byte is its type, which is not text: from there on, text is only text.
    if (byte === NEWLINE && this.length > 1) this.flushText();
  }

  private endStretch(): void {
    const stretch = this.buffer.subarray(0, this.length);
    const skip = this.length === 0 && !this.overflown;
    if (!skip && !this.flushText()) {
      const frame = this.overflown ? undefined : decodeFrame(stretch);
      this.restart();
      if (frame === undefined) this.badFrames++;
      else this.events.onFrame(frame);
    }
    this.restart();
  }

  /** Hands the bytes so far to the log if they are text; nothing changes where they are not. */
  private flushText(): boolean {
    if (!this.textual || this.overflown) return false;
    const text = decodeText(this.buffer.subarray(0, this.length));
    if (text === undefined) return false;
    this.restart();
    this.events.onText?.(text);
    return true;
  }

  private restart(): void {
    this.length = 0;
    this.textual = this.events.onText !== undefined;
    this.overflown = false;
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
