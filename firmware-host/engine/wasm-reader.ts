import { REASONS, type Reason } from './wasm-subset.js';

/** A module is rejected. */
export class RejectedModule extends Error {
  override readonly name = 'RejectedModule';

  constructor(readonly reason: Reason) {
    super(REASONS[reason]);
  }
}

/** Rejects the module unless a condition holds. */
export function require(condition: boolean, reason: Reason): asserts condition {
  if (!condition) throw new RejectedModule(reason);
}

/** Value types of wasm, and the type of a block without a result. */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const NOTHING = 0x40;

/** Reads the bytes of a module, or of a part of it. */
export class WasmReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get left(): number {
    return this.bytes.length - this.at;
  }

  byte(): number {
    require(this.left > 0, 'ENDS_EARLY');
    return this.bytes[this.at++];
  }

  /** Reads a byte that has to have this value. */
  expect(value: number, reason: Reason): void {
    require(this.byte() === value, reason);
  }

  u32(): number {
    return Number(this.integer(32, false));
  }

  /** Reads a u32 of at most `limit`. */
  limited(limit: number, reason: Reason): number {
    const value = this.u32();
    require(value <= limit, reason);
    return value;
  }

  s32(): number {
    return Number(this.integer(32, true));
  }

  s64(): bigint {
    return this.integer(64, true);
  }

  /** Reads a value type. @param otherwise another byte that is accepted */
  type(otherwise?: number): number {
    const type = this.byte();
    require(type === I32 || type === I64 || type === otherwise, 'TYPE');
    return type;
  }

  /** Reads a size and that many bytes. */
  sized(): Uint8Array {
    const length = this.u32();
    require(length <= this.left, 'ENDS_EARLY');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Reads a size, and that many bytes with a function, which has to read all of them. */
  part(read: (part: WasmReader) => void): void {
    const part = new WasmReader(this.sized());
    read(part);
    require(part.left === 0, 'SIZE');
  }

  /** Reads LEB128: seven bits in each byte, the lowest ones first, and bit 7 if more bytes follow. */
  private integer(bits: number, isSigned: boolean): bigint {
    let value = 0n;
    let shift = 0;
    let byte: number;
    do {
      byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      shift += 7;
    } while (byte & 0x80 && shift < bits);
    require((byte & 0x80) === 0, 'INTEGER');
    const result = isSigned ? BigInt.asIntN(shift, value) : value;
    const kept = isSigned ? BigInt.asIntN(bits, result) : BigInt.asUintN(bits, result);
    require(kept === result, 'INTEGER');
    return result;
  }
}
