import { concat, wordsToBytes } from './bytes.js';
import { DIGEST_BYTES, MAX_TEXT_BYTES } from './protocol.js';

/**
 * The layout of one field of a message. Types, encoder, decoder with its range checks, and the C header are all
 * derived from it. Integers are little-endian and nothing is aligned.
 */
export type Field =
  | { kind: 'u8' | 'u16' | 'u32'; min: number; max: number; absent?: number }
  /** 32 bytes of SHA-256 */
  | { kind: 'digest' }
  /** A length, u8, and that many bytes of UTF-8. */
  | { kind: 'text' }
  /** All remaining bytes of the payload; only as the last field. */
  | { kind: 'bytes' | 'i32s' | 'u32s' };

export interface FieldValues {
  u8: number;
  u16: number;
  u32: number;
  digest: Uint8Array;
  text: string;
  bytes: Uint8Array;
  i32s: Int32Array;
  u32s: Uint32Array;
}

export type Fields = Record<string, Field>;
/** The decoded values of these fields. */
export type Values<F extends Fields> = { -readonly [K in keyof F]: FieldValues[F[K]['kind']] };

export const u8 = (min = 0, max = 0xff) => ({ kind: 'u8', min, max }) as const;
export const u16 = (min = 0, max = 0xffff) => ({ kind: 'u16', min, max }) as const;
export const u32 = (min = 0, max = 0xffffffff) => ({ kind: 'u32', min, max }) as const;
export const digest = { kind: 'digest' } as const;
export const text = { kind: 'text' } as const;
export const bytes = { kind: 'bytes' } as const;
export const i32s = { kind: 'i32s' } as const;
export const u32s = { kind: 'u32s' } as const;

/**
 * Marks a field that a minor version added at the end of a message.
 *
 * @param absent the value if the payload ends before the field, because an older version sent it
 */
export const added = <F extends IntegerField>(field: F, absent: number): F => ({ ...field, absent });

/** A payload or a value does not match the layout of its message. Callers convert it to an error of the API. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

/** One kind of message: its type on the wire, its layout, its encoder and its decoder. */
export class Message<F extends Fields = Fields> {
  constructor(
    readonly name: string,
    readonly type: number,
    readonly fields: F,
  ) {}

  /** Bytes of the payload without the contents of its fields of variable length. */
  get fixedBytes(): number {
    return Object.values(this.fields).reduce((sum, field) => sum + fixedBytesOf(field), 0);
  }

  /** @throws {MalformedMessageError} if a value is out of its field's range */
  encode(values: Values<F>): Uint8Array {
    const parts: Uint8Array[] = [];
    for (const [name, field] of Object.entries(this.fields)) {
      parts.push(this.encodeField(name, field, values[name]));
    }
    return concat(parts);
  }

  /**
   * Decodes a payload. Bytes after the last field are ignored: a newer minor version may have added fields.
   *
   * @throws {MalformedMessageError} if the payload is too short or a value is out of its field's range
   */
  decode(payload: Uint8Array): Values<F> {
    const reader = new Reader(this.name, payload);
    const values: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(this.fields)) values[name] = reader.read(name, field);
    return values as Values<F>;
  }

  private encodeField(name: string, field: Field, value: unknown): Uint8Array {
    switch (field.kind) {
      case 'u8':
      case 'u16':
      case 'u32':
        return encodeInteger(this.name, name, field, value as number);
      case 'digest': {
        const digest = value as Uint8Array;
        if (digest.length !== DIGEST_BYTES) {
          throw new MalformedMessageError(
            `${this.name}.${name} expects ${DIGEST_BYTES} bytes; received ${digest.length}.`,
          );
        }
        return digest;
      }
      case 'text': {
        const utf8 = new TextEncoder().encode(value as string);
        if (utf8.length > MAX_TEXT_BYTES) {
          throw new MalformedMessageError(
            `${this.name}.${name} expects at most ${MAX_TEXT_BYTES} bytes of UTF-8; received ${utf8.length}.`,
          );
        }
        return concat([Uint8Array.of(utf8.length), utf8]);
      }
      case 'bytes':
        return value as Uint8Array;
      case 'i32s':
      case 'u32s':
        return wordsToBytes(value as Int32Array | Uint32Array);
    }
  }
}

type IntegerField = Extract<Field, { min: number }>;
const INTEGER_BYTES = { u8: 1, u16: 2, u32: 4 } as const;

function fixedBytesOf(field: Field): number {
  if ('min' in field) return INTEGER_BYTES[field.kind];
  if (field.kind === 'digest') return DIGEST_BYTES;
  return field.kind === 'text' ? 1 : 0;
}

function requireInRange(message: string, name: string, { min, max }: IntegerField, value: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new MalformedMessageError(
    `${message}.${name} must be an integer from ${min} to ${max}; received ${value}.`,
  );
}

function encodeInteger(message: string, name: string, field: IntegerField, value: number): Uint8Array {
  requireInRange(message, name, field, value);
  const bytes = new Uint8Array(INTEGER_BYTES[field.kind]);
  for (let i = 0; i < bytes.length; i++) bytes[i] = value >>> (8 * i);
  return bytes;
}

class Reader {
  private at = 0;
  private readonly view: DataView;

  constructor(
    private readonly message: string,
    private readonly payload: Uint8Array,
  ) {
    this.view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  }

  read(name: string, field: Field): FieldValues[keyof FieldValues] {
    switch (field.kind) {
      case 'u8':
      case 'u16':
      case 'u32': {
        if (this.left === 0 && field.absent !== undefined) return field.absent;
        const value = this.integer(INTEGER_BYTES[field.kind], name);
        requireInRange(this.message, name, field, value);
        return value;
      }
      case 'digest':
        return this.take(DIGEST_BYTES, name);
      case 'text':
        return this.text(name);
      case 'bytes':
        return this.take(this.left, name);
      case 'i32s':
        return Int32Array.from(this.words(name), (i) => this.view.getInt32(i, true));
      case 'u32s':
        return Uint32Array.from(this.words(name), (i) => this.view.getUint32(i, true));
    }
  }

  private get left(): number {
    return this.payload.length - this.at;
  }

  private take(length: number, name: string): Uint8Array {
    if (length > this.left) {
      throw new MalformedMessageError(`${this.message} ends within its field ${name}.`);
    }
    this.at += length;
    return this.payload.subarray(this.at - length, this.at);
  }

  private integer(length: 1 | 2 | 4, name: string): number {
    const bytes = this.take(length, name);
    let value = 0;
    for (let i = length - 1; i >= 0; i--) value = value * 256 + bytes[i];
    return value;
  }

  private text(name: string): string {
    const length = this.integer(1, name);
    if (length > MAX_TEXT_BYTES) {
      throw new MalformedMessageError(
        `${this.message}.${name} expects at most ${MAX_TEXT_BYTES} bytes of UTF-8; received ${length}.`,
      );
    }
    // These characters could command the terminal that prints the text, or reorder it.
    return new TextDecoder()
      .decode(this.take(length, name))
      .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
  }

  private words(name: string): number[] {
    if (this.left % 4 !== 0) {
      throw new MalformedMessageError(
        `${this.message}.${name} expects 32-bit words; received ${this.left} bytes.`,
      );
    }
    const start = this.at;
    return Array.from({ length: this.take(this.left, name).length / 4 }, (_, i) => start + 4 * i);
  }
}
