import type { Bytes } from './bytes.js';

/*
 * The parts of a WebAssembly module that the engine's parts use: no imports, no tables, one memory. Indices of the file
 * are references here, so that functions can be removed without renumbering.
 */

/** The value types of a function's parameters and results, encoded as in the file. */
export interface Signature {
  parameters: Uint8Array;
  results: Uint8Array;
}

export interface Function {
  signature: Signature;
  /** Bytes (declarations of locals, instructions), and between them the instructions with references. */
  body: BodyPart[];
}

export type BodyPart =
  | Bytes
  | { call: Function }
  | { global: Global; opcode: typeof GLOBAL_GET | typeof GLOBAL_SET };

/** A variable: type, mutability and initial value, encoded as in the file. */
export interface Global {
  declaration: Uint8Array;
}

/** The initial content of a part of memory. */
export interface Segment {
  address: number;
  bytes: Uint8Array;
}

export interface Module {
  functions: Map<string, Function>;
  segments: Segment[];
}

export const CALL = 0x10;
export const GLOBAL_GET = 0x23;
export const GLOBAL_SET = 0x24;
export const I32_CONST = 0x41;
export const END = 0x0b;
export const UNREACHABLE = 0x00;

export const I32 = 0x7f;

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
} as const;

/** Export kinds. */
export const EXPORT = { function: 0, memory: 2 } as const;

/** "\0asm", version 1. */
export const PREAMBLE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
