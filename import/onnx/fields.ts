import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** One field of a protobuf message, while it is read. */
export class Field {
  constructor(
    readonly reader: BinaryReader,
    readonly wireType: WireType,
  ) {}

  text(): string {
    this.#require(WireType.LengthDelimited);
    return this.reader.string();
  }

  bytes(): Uint8Array {
    this.#require(WireType.LengthDelimited);
    return this.reader.bytes();
  }

  float(): number {
    this.#require(WireType.Bit32);
    return this.reader.float();
  }

  /** Reads an integer of up to 64 bits. Beyond 2^53 it is rounded to the nearest float64. */
  integer(): number {
    this.#require(WireType.Varint);
    return Number(this.reader.int64());
  }

  /** Reads a repeated field: one value, or packed values. */
  integers(): number[] {
    return this.#repeated(WireType.Varint, (reader) => Number(reader.int64()));
  }

  floats(): number[] {
    return this.#repeated(WireType.Bit32, (reader) => reader.float());
  }

  doubles(): number[] {
    return this.#repeated(WireType.Bit64, (reader) => reader.double());
  }

  #repeated(wireType: WireType, read: (reader: BinaryReader) => number): number[] {
    if (this.wireType !== WireType.LengthDelimited) {
      this.#require(wireType);
      return [read(this.reader)];
    }
    const packed = new BinaryReader(this.reader.bytes());
    const values: number[] = [];
    while (packed.pos < packed.len) values.push(read(packed));
    return values;
  }

  #require(wireType: WireType): void {
    if (this.wireType !== wireType)
      throw new RangeError(`wire type ${this.wireType} where ${wireType} is expected`);
  }
}

/**
 * Reads the fields of a message. Fields without a handler are skipped.
 *
 * @param handlers by the number of the field
 * @throws {Error} if the bytes are not a protobuf message
 */
export function readFields(
  bytes: Uint8Array,
  handlers: Readonly<Record<number, (field: Field) => void>>,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const handler = handlers[number];
    if (handler) handler(new Field(reader, wireType));
    else reader.skip(wireType, number);
  }
}

/** Adds values one by one, since a call with a hundred thousand arguments overflows the stack. */
export function append<T>(list: T[], values: readonly T[]): void {
  for (const value of values) list.push(value);
}
