import { type Declarations, type Signature, validateBody } from './validate-body.js';
import { I32, I64, NOTHING, RejectedModule, require, WasmReader } from './wasm-reader.js';
import { EXPORTS, IMPORTS, LIMITS, REASONS, type Reason } from './wasm-subset.js';

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const PAGE = 65536;

const TYPES = 1;
const IMPORT = 2;
const FUNCTIONS = 3;
const TABLE = 4;
const MEMORY = 5;
const GLOBALS = 6;
const EXPORT = 7;
const START = 8;
const ELEMENTS = 9;
const CODE = 10;
const DATA = 11;

/** The sections of every engine. */
const NEEDED = [TYPES, FUNCTIONS, MEMORY, EXPORT, CODE];

const OF_FUNCTION = 0;
const OF_MEMORY = 2;
const FUNCTION_TYPE = 0x60;
const I32_CONST = 0x41;
const I64_CONST = 0x42;
const END = 0x0b;

/**
 * Validates an engine as the firmware does before it runs one (firmware/core/wasm-validate.c): accepted modules are valid
 * WebAssembly and use only the subset of docs/link.md.
 *
 * @returns the first reason against the module; undefined if boards accept it
 */
export function reasonAgainst(wasm: Uint8Array): string | undefined {
  try {
    require(HEADER.every((byte, i) => wasm[i] === byte), 'NOT_A_MODULE');
    new Module().read(new WasmReader(wasm.subarray(HEADER.length)));
    return undefined;
  } catch (error) {
    if (error instanceof RejectedModule) return REASONS[error.reason];
    throw error;
  }
}

class Module {
  private readonly types: Signature[] = [];
  private readonly declared: Declarations = { functions: [], globals: [] };
  private imported = 0;
  private bodies = 0;
  private memoryBytes = 0;
  private readonly exported = new Set<string>();

  /** The maximum number of items of each section, and what reads one. */
  private readonly sections: Record<number, [limit: number, read: (reader: WasmReader) => void]> = {
    [TYPES]: [LIMITS.TYPES, (reader) => this.types.push(readType(reader))],
    [IMPORT]: [LIMITS.IMPORTS, (reader) => this.readImport(reader)],
    [FUNCTIONS]: [LIMITS.FUNCTIONS, (reader) => this.readFunction(reader)],
    [MEMORY]: [1, (reader) => this.readMemory(reader)],
    [GLOBALS]: [LIMITS.GLOBALS, (reader) => this.readGlobal(reader)],
    [EXPORT]: [Object.keys(EXPORTS).length + 1, (reader) => this.readExport(reader)],
    [CODE]: [LIMITS.FUNCTIONS, (reader) => this.readBody(reader)],
    [DATA]: [LIMITS.SEGMENTS, (reader) => this.readData(reader)],
  };

  read(reader: WasmReader): void {
    const seen: number[] = [];
    const requireNeeded = () => require(NEEDED.every((section) => seen.includes(section)), 'SECTION_MISSING');
    while (reader.left > 0) {
      const section = reader.byte();
      require(Object.hasOwn(this.sections, section), reasonAgainstSection(section));
      require(seen.every((earlier) => earlier < section), 'SECTION_ORDER');
      seen.push(section);
      // Code refers to the sections before it.
      if (section === CODE) requireNeeded();
      reader.part((part) => this.readSection(section, part));
    }
    requireNeeded();
  }

  private readSection(section: number, reader: WasmReader): void {
    const [limit, read] = this.sections[section];
    const count = reader.limited(limit, 'ITEMS');
    if (section === CODE) require(this.imported + count === this.declared.functions.length, 'BODIES');
    for (let i = 0; i < count; i++) read(reader);
  }

  private readFunction(reader: WasmReader): Signature {
    const index = reader.u32();
    require(index < this.types.length, 'TYPE');
    require(this.declared.functions.length < LIMITS.FUNCTIONS, 'FUNCTIONS');
    this.declared.functions.push(this.types[index]);
    return this.types[index];
  }

  private readImport(reader: WasmReader): void {
    const from = textOf(reader.sized());
    const name = textOf(reader.sized());
    require(from === 'board' && reader.byte() === OF_FUNCTION && Object.hasOwn(IMPORTS, name), 'IMPORT');
    require(signatureText(this.readFunction(reader)) === IMPORTS[name], 'SIGNATURE');
    this.imported++;
  }

  private readMemory(reader: WasmReader): void {
    // 0: without a maximum, and not shared.
    reader.expect(0, 'MEMORY');
    this.memoryBytes = PAGE * reader.limited(LIMITS.PAGES, 'MEMORY');
  }

  private readGlobal(reader: WasmReader): void {
    const type = reader.type();
    const mutability = reader.byte();
    require(mutability <= 1, 'TYPE');
    readConstant(reader, type);
    this.declared.globals.push({ type, isMutable: mutability === 1 });
  }

  private readExport(reader: WasmReader): void {
    const name = textOf(reader.sized());
    const kind = reader.byte();
    const index = reader.u32();
    if (name === 'memory') {
      require(kind === OF_MEMORY && index === 0, 'SIGNATURE');
    } else {
      require(Object.hasOwn(EXPORTS, name), 'EXPORT');
      const { functions } = this.declared;
      require(kind === OF_FUNCTION && index < functions.length, 'FUNCTION');
      require(signatureText(functions[index]) === EXPORTS[name], 'SIGNATURE');
    }
    require(!this.exported.has(name), 'EXPORT_TWICE');
    this.exported.add(name);
  }

  private readBody(reader: WasmReader): void {
    const signature = this.declared.functions[this.imported + this.bodies++];
    reader.part((body) => validateBody(this.declared, signature, body));
  }

  private readData(reader: WasmReader): void {
    reader.expect(0, 'DATA');
    const offset = readConstant(reader, I32);
    const { length } = reader.sized();
    require(offset + length <= this.memoryBytes, 'DATA');
  }
}

function reasonAgainstSection(section: number): Reason {
  if (section === TABLE || section === ELEMENTS) return 'TABLE';
  return section === START ? 'START' : 'SECTION';
}

function readType(reader: WasmReader): Signature {
  reader.expect(FUNCTION_TYPE, 'TYPE');
  const count = reader.limited(LIMITS.PARAMETERS, 'PARAMETERS');
  const parameters = Array.from({ length: count }, () => reader.type());
  const result = reader.limited(1, 'RESULTS') === 1 ? reader.type() : NOTHING;
  return { parameters, result };
}

/** Reads the value of a global, or the address of data. @returns it as a u32 if it is an i32, else 0 */
function readConstant(reader: WasmReader, type: number): number {
  reader.expect(type === I32 ? I32_CONST : I64_CONST, 'CONSTANT');
  let value = 0;
  if (type === I32) value = reader.s32() >>> 0;
  else reader.s64();
  reader.expect(END, 'CONSTANT');
  return value;
}

/** Returns a signature as a text such as `i(ii)`: v for no result, i for i32 and I for i64. */
function signatureText({ parameters, result }: Signature): string {
  const letter = (type: number) => (type === I32 ? 'i' : type === I64 ? 'I' : 'v');
  return `${letter(result)}(${parameters.map(letter).join('')})`;
}

/** Returns a name; a long one is cut, since no known name is long. */
const textOf = (bytes: Uint8Array) => String.fromCharCode(...bytes.subarray(0, MAX_NAME));
const MAX_NAME = 64;
