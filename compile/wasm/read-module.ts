import { ByteReader } from './byte-reader.js';
import { invalidParts } from './errors.js';
import { at, readBody } from './instructions.js';
import {
  END,
  EXPORT,
  type Function,
  type Global,
  I32_CONST,
  type Module,
  PREAMBLE,
  SECTION,
  type Segment,
  type Signature,
} from './module.js';

/** Sections that are not needed. */
const SKIPPED: number[] = [SECTION.custom, SECTION.memory];

/**
 * Parses a module.
 *
 * @throws {FileError} if it is damaged, or contains imports, tables or anything else that the engine's parts never have
 */
export function readModule(bytes: Uint8Array): Module {
  const reader = new ByteReader(bytes);
  const preamble = reader.take(PREAMBLE.length);
  if (PREAMBLE.some((byte, i) => preamble[i] !== byte)) throw invalidParts('the file is not WebAssembly');

  let signatures: Signature[] = [];
  let functions: Function[] = [];
  let globals: Global[] = [];
  const exported = new Map<string, Function>();
  let segments: Segment[] = [];
  while (!reader.done) {
    const id = reader.byte();
    const section = reader.sized();
    if (id === SECTION.type) signatures = section.vector(() => readSignature(section));
    else if (id === SECTION.function) {
      functions = section.vector(() => ({ signature: at(signatures, section.u32()), body: [] }));
    } else if (id === SECTION.global) globals = section.vector(() => readGlobal(section));
    else if (id === SECTION.export) {
      section.vector(() => {
        const name = section.name();
        const kind = section.byte();
        const index = section.u32();
        if (kind === EXPORT.function) exported.set(name, at(functions, index));
      });
    } else if (id === SECTION.code) {
      section.vector((index) => {
        at(functions, index).body = readBody(section.sized(), functions, globals);
      });
    } else if (id === SECTION.data) segments = section.vector(() => readSegment(section));
    else if (!SKIPPED.includes(id)) throw invalidParts(`section ${id} is unknown`);
  }
  return { functions: exported, segments };
}

function readSignature(section: ByteReader): Signature {
  if (section.byte() !== 0x60) throw invalidParts('a type is not a function');
  const [parameters, results] = [0, 1].map(() => section.take(section.u32()));
  return { parameters, results };
}

/** Reads type, mutability, and a constant. */
function readGlobal(section: ByteReader): Global {
  const start = section.at;
  section.take(2);
  const opcode = section.byte();
  if (opcode === I32_CONST) section.skipLeb(32);
  else if (opcode === 0x42) section.skipLeb(64);
  else if (opcode === 0x43) section.take(4);
  else if (opcode === 0x44) section.take(8);
  else throw invalidParts('a global starts with something other than a constant');
  if (section.byte() !== END) throw invalidParts('a global starts with something other than a constant');
  return { declaration: section.bytes.slice(start, section.at) };
}

function readSegment(section: ByteReader): Segment {
  if (section.u32() !== 0 || section.byte() !== I32_CONST) throw invalidParts('data has no constant address');
  const address = section.u32(); // not negative, so signed and unsigned encodings are equal
  if (section.byte() !== END) throw invalidParts('data has no constant address');
  return { address, bytes: section.take(section.u32()) };
}
