import type { ByteReader } from './byte-reader.js';
import { invalidParts } from './errors.js';
import { type BodyPart, CALL, type Function, GLOBAL_GET, GLOBAL_SET, type Global } from './module.js';

/**
 * Splits a function's body at the instructions that refer to functions and globals. All others are skipped by the size
 * of their operands (WebAssembly core specification 2.0, 5.4).
 *
 * @throws {FileError} at an instruction that the engine's parts never contain: tables, references, bulk memory, threads
 */
export function readBody(code: ByteReader, functions: Function[], globals: Global[]): BodyPart[] {
  const parts: BodyPart[] = [];
  let start = code.at;
  code.vector(() => {
    code.u32();
    code.byte();
  });
  while (!code.done) {
    const before = code.at;
    const opcode = code.byte();
    if (opcode === CALL || opcode === GLOBAL_GET || opcode === GLOBAL_SET) {
      parts.push(code.bytes.subarray(start, before));
      const index = code.u32();
      if (opcode === CALL) parts.push({ call: at(functions, index) });
      else parts.push({ opcode, global: at(globals, index) });
      start = code.at;
    } else skipOperands(opcode, code);
  }
  parts.push(code.bytes.subarray(start, code.at));
  return parts;
}

/** Returns an element of a list. @throws {FileError} if the index is out of range */
export function at<T>(list: readonly T[], index: number): T {
  if (index >= list.length) throw invalidParts(`index ${index} is out of range`);
  return list[index];
}

function skipOperands(opcode: number, code: ByteReader): void {
  if (opcode <= 0x01 || opcode === 0x05 || opcode === 0x0b || opcode === 0x0f) return; // unreachable to return
  if (opcode >= 0x02 && opcode <= 0x04) skipBlockType(code);
  else if (opcode === 0x0c || opcode === 0x0d)
    code.u32(); // br, br_if
  else if (opcode === 0x0e) {
    code.vector(() => code.u32()); // br_table
    code.u32();
  } else if (opcode === 0x1a || opcode === 0x1b)
    return; // drop, select
  else if (opcode >= 0x20 && opcode <= 0x22)
    code.u32(); // local
  else if (opcode >= 0x28 && opcode <= 0x3e) skipMemoryArgument(code);
  else if (opcode === 0x3f || opcode === 0x40)
    code.byte(); // memory.size, memory.grow
  else if (opcode === 0x41) code.skipLeb(32);
  else if (opcode === 0x42) code.skipLeb(64);
  else if (opcode === 0x43) code.take(4);
  else if (opcode === 0x44) code.take(8);
  else if (opcode >= 0x45 && opcode <= 0xc4)
    return; // numeric
  else if (opcode === 0xfd) skipVectorOperands(code.u32(), code);
  else throw invalidParts(`opcode 0x${opcode.toString(16)} is unknown`);
}

/** Skips a block type without value or with one value; rejects a type index. */
function skipBlockType(code: ByteReader): void {
  const type = code.byte();
  if (type < 0x40 || type >= 0x80) throw invalidParts('a block has more than one value');
}

function skipMemoryArgument(code: ByteReader): void {
  code.u32();
  code.u32();
}

function skipVectorOperands(opcode: number, code: ByteReader): void {
  if (opcode <= 11 || opcode === 92 || opcode === 93) skipMemoryArgument(code);
  else if (opcode === 12 || opcode === 13)
    code.take(16); // v128.const, shuffle
  else if (opcode >= 21 && opcode <= 34)
    code.byte(); // lane
  else if (opcode >= 84 && opcode <= 91) {
    skipMemoryArgument(code);
    code.byte();
  } else if (opcode > 255) throw invalidParts(`vector opcode ${opcode} is unknown`);
}
