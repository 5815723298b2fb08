import { I32, I64, NOTHING, RejectedModule, require, type WasmReader } from './wasm-reader.js';
import { LIMITS, type Reason } from './wasm-subset.js';

/** A function's parameters, and its result or NOTHING. */
export interface Signature {
  parameters: number[];
  result: number;
}

/** What the code of a module refers to. */
export interface Declarations {
  /** The signature of each function, imported ones first. */
  functions: Signature[];
  globals: { type: number; isMutable: boolean }[];
}

const UNREACHABLE = 0x00;
const NOP = 0x01;
const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;
const BR = 0x0c;
const BR_IF = 0x0d;
const RETURN = 0x0f;
const CALL = 0x10;
const DROP = 0x1a;
const SELECT = 0x1b;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;
const GLOBAL_GET = 0x23;
const GLOBAL_SET = 0x24;
const MEMORY_SIZE = 0x3f;
const I32_CONST = 0x41;
const I64_CONST = 0x42;

/** Instructions of the first WebAssembly release that are rejected by name. */
const EXCLUDED: Record<number, Reason> = { 14: 'BR_TABLE', 17: 'CALL_INDIRECT', 64: 'MEMORY_GROW' };

/** Numeric instructions: the first and the last opcode, the operands, and the result. */
const NUMERIC: [first: number, last: number, operands: number[], result: number][] = [
  [0x45, 0x45, [I32], I32],
  [0x46, 0x4f, [I32, I32], I32],
  [0x50, 0x50, [I64], I32],
  [0x51, 0x5a, [I64, I64], I32],
  [0x67, 0x69, [I32], I32],
  [0x6a, 0x78, [I32, I32], I32],
  [0x79, 0x7b, [I64], I64],
  [0x7c, 0x8a, [I64, I64], I64],
  [0xa7, 0xa7, [I64], I32],
  [0xac, 0xad, [I32], I64],
];

/** Loads and stores by opcode: the type of the value, and the largest alignment. */
const MEMORY_ACCESS: Record<number, [type: number, alignment: number]> = {
  ...{ 40: [I32, 2], 41: [I64, 3] },
  ...{ 44: [I32, 0], 45: [I32, 0], 46: [I32, 1], 47: [I32, 1] },
  ...{ 48: [I64, 0], 49: [I64, 0], 50: [I64, 1], 51: [I64, 1], 52: [I64, 2], 53: [I64, 2] },
  ...{ 54: [I32, 2], 55: [I64, 3], 58: [I32, 0], 59: [I32, 1], 60: [I64, 0], 61: [I64, 1], 62: [I64, 2] },
};
const FIRST_STORE = 0x36;

interface Block {
  opcode: number;
  result: number;
  /** The number of operands below it. */
  height: number;
}

/**
 * Validates the locals and the code of one function: the algorithm of the WebAssembly specification's appendix, without
 * its rules for code that is never reached, which is rejected.
 *
 * @throws {RejectedModule}
 */
export function validateBody(declared: Declarations, signature: Signature, reader: WasmReader): void {
  require(reader.left <= LIMITS.BODY_BYTES, 'BODY');
  new Body(declared, signature, reader).validate();
}

class Body {
  private readonly locals: number[];
  private readonly operands: number[] = [];
  private readonly blocks: Block[] = [];
  /** Whether nothing but the end of the block can follow. */
  private left = false;

  constructor(
    private readonly declared: Declarations,
    private readonly signature: Signature,
    private readonly reader: WasmReader,
  ) {
    this.locals = [...signature.parameters];
  }

  validate(): void {
    for (let groups = this.reader.limited(LIMITS.LOCALS, 'LOCALS'); groups > 0; groups--) {
      const count = this.reader.limited(LIMITS.LOCALS - this.locals.length, 'LOCALS');
      const type = this.reader.type();
      for (let i = 0; i < count; i++) this.locals.push(type);
    }
    this.open(BLOCK, this.signature.result);
    while (this.blocks.length > 0) this.instruction();
  }

  private get block(): Block {
    return this.blocks[this.blocks.length - 1];
  }

  private push(type: number): void {
    if (type === NOTHING) return;
    require(this.operands.length < LIMITS.OPERANDS, 'OPERANDS');
    this.operands.push(type);
  }

  /** Takes an operand of any type. */
  private popAny(): number {
    require(this.operands.length > this.block.height, 'HEIGHT');
    return this.operands.pop() as number;
  }

  private pop(type: number): void {
    if (type !== NOTHING) require(this.popAny() === type, 'MISMATCH');
  }

  private open(opcode: number, result: number): void {
    require(this.blocks.length < LIMITS.BLOCKS, 'BLOCKS');
    this.blocks.push({ opcode, result, height: this.operands.length });
  }

  /** Checks the operands at the end of a block, or of the first branch of an `if`. */
  private finish(): Block {
    const { block } = this;
    if (!this.left) {
      this.pop(block.result);
      require(this.operands.length === block.height, 'HEIGHT');
    }
    this.operands.length = block.height;
    this.left = false;
    return block;
  }

  private instruction(): void {
    const { reader } = this;
    const opcode = reader.byte();
    require(!this.left || opcode === END || opcode === ELSE, 'UNREACHABLE');
    switch (opcode) {
      case UNREACHABLE:
        this.left = true;
        return;
      case NOP:
        return;
      case IF:
        this.pop(I32);
        this.open(opcode, reader.type(NOTHING));
        return;
      case BLOCK:
      case LOOP:
        this.open(opcode, reader.type(NOTHING));
        return;
      case ELSE:
        require(this.block.opcode === IF, 'ELSE');
        this.finish().opcode = ELSE;
        return;
      case END:
        this.end();
        return;
      case BR:
        this.pop(this.label());
        this.left = true;
        return;
      case BR_IF: {
        this.pop(I32);
        const type = this.label();
        this.pop(type);
        this.push(type);
        return;
      }
      case RETURN:
        this.pop(this.signature.result);
        this.left = true;
        return;
      case CALL:
        this.call();
        return;
      case DROP:
        this.popAny();
        return;
      case SELECT: {
        this.pop(I32);
        const type = this.popAny();
        this.pop(type);
        this.push(type);
        return;
      }
      case LOCAL_GET:
      case LOCAL_SET:
      case LOCAL_TEE: {
        const index = reader.u32();
        require(index < this.locals.length, 'LOCAL');
        if (opcode !== LOCAL_GET) this.pop(this.locals[index]);
        if (opcode !== LOCAL_SET) this.push(this.locals[index]);
        return;
      }
      case GLOBAL_GET:
      case GLOBAL_SET: {
        const index = reader.u32();
        require(index < this.declared.globals.length, 'GLOBAL');
        const { type, isMutable } = this.declared.globals[index];
        require(opcode === GLOBAL_GET || isMutable, 'IMMUTABLE');
        if (opcode === GLOBAL_GET) this.push(type);
        else this.pop(type);
        return;
      }
      case MEMORY_SIZE:
        reader.expect(0, 'MEMORY');
        this.push(I32);
        return;
      case I32_CONST:
        reader.s32();
        this.push(I32);
        return;
      case I64_CONST:
        reader.s64();
        this.push(I64);
        return;
    }
    if (opcode in EXCLUDED) throw new RejectedModule(EXCLUDED[opcode]);
    if (MEMORY_ACCESS[opcode]) this.accessMemory(opcode);
    else this.compute(opcode);
  }

  private end(): void {
    const { opcode, result } = this.finish();
    // Without `else`, nothing gives the result.
    require(opcode !== IF || result === NOTHING, 'ELSE');
    this.blocks.pop();
    if (this.blocks.length > 0) this.push(result);
  }

  /** Reads a label. @returns the type that a branch to it takes */
  private label(): number {
    const label = this.reader.limited(this.blocks.length - 1, 'LABEL');
    const { opcode, result } = this.blocks[this.blocks.length - 1 - label];
    return opcode === LOOP ? NOTHING : result;
  }

  private call(): void {
    const index = this.reader.u32();
    require(index < this.declared.functions.length, 'FUNCTION');
    const { parameters, result } = this.declared.functions[index];
    for (let i = parameters.length - 1; i >= 0; i--) this.pop(parameters[i]);
    this.push(result);
  }

  private accessMemory(opcode: number): void {
    const [type, alignment] = MEMORY_ACCESS[opcode];
    this.reader.limited(alignment, 'ALIGNMENT');
    this.reader.u32();
    if (opcode >= FIRST_STORE) this.pop(type);
    this.pop(I32);
    if (opcode < FIRST_STORE) this.push(type);
  }

  private compute(opcode: number): void {
    const found = NUMERIC.find(([first, last]) => opcode >= first && opcode <= last);
    require(found !== undefined, 'INSTRUCTION');
    const [, , operands, result] = found;
    for (const type of operands) this.pop(type);
    this.push(result);
  }
}
