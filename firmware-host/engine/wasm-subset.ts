/**
 * The subset of WebAssembly that a board accepts as an engine (docs/link.md). The firmware gets the limits and the
 * reasons as a generated header: `node firmware/tools/generate-wasm-header.mjs`. This file has constants only.
 */

/** The largest numbers, with room for larger engines than ours. */
export const LIMITS = {
  TYPES: 32,
  PARAMETERS: 8,
  IMPORTS: 8,
  /** With imports. */
  FUNCTIONS: 96,
  GLOBALS: 64,
  /** Pages of memory, 64 KB each; a board accepts only what it has. */
  PAGES: 1024,
  SEGMENTS: 8,
  /** With parameters. */
  LOCALS: 48,
  BODY_BYTES: 4096,
  OPERANDS: 32,
  /** Nested, with the function. The interpreter compiles blocks recursively, so this limits its stack. */
  BLOCKS: 16,
} as const;

/** Why a module is rejected, as boards and hosts print it. */
export const REASONS = {
  ENDS_EARLY: 'ends early',
  INTEGER: 'bad integer',
  SIZE: 'wrong size',
  NOT_A_MODULE: 'not wasm',
  TABLE: 'has a table',
  START: 'has a start function',
  SECTION: 'unknown section',
  SECTION_ORDER: 'section order',
  SECTION_MISSING: 'missing section',
  ITEMS: 'too many items',
  TYPE: 'unknown type',
  PARAMETERS: 'too many parameters',
  RESULTS: 'too many results',
  FUNCTIONS: 'too many functions',
  IMPORT: 'unknown import',
  SIGNATURE: 'wrong signature',
  MEMORY: 'memory limits',
  CONSTANT: 'not a constant',
  EXPORT: 'unknown export',
  EXPORT_TWICE: 'duplicate export',
  BODIES: 'number of bodies',
  DATA: 'data segment',
  BODY: 'long function',
  LOCALS: 'too many locals',
  BLOCKS: 'too many blocks',
  OPERANDS: 'too many operands',
  INSTRUCTION: 'unknown instruction',
  CALL_INDIRECT: 'has call_indirect',
  BR_TABLE: 'has br_table',
  MEMORY_GROW: 'has memory.grow',
  UNREACHABLE: 'dead code',
  HEIGHT: 'stack height',
  MISMATCH: 'type mismatch',
  LABEL: 'unknown label',
  FUNCTION: 'unknown function',
  LOCAL: 'unknown local',
  GLOBAL: 'unknown global',
  IMMUTABLE: 'immutable global',
  ALIGNMENT: 'alignment',
  ELSE: 'unpaired else',
} as const;

export type Reason = keyof typeof REASONS;

/** The functions that an engine may export; it may export `memory` too. */
export const EXPORTS: Readonly<Record<string, string>> = {
  abi: 'i()',
  staticEnd: 'i()',
  memoryUsed: 'i()',
  opCount: 'i()',
  reserve: 'i(i)',
  loadModel: 'i(i)',
  tensorSize: 'i(i)',
  tensorAddress: 'i(i)',
  tensorChecksum: 'i(i)',
  run: 'v()',
  runOp: 'v(i)',
};

/** The functions that an engine may import from the module `board`. */
export const IMPORTS: Readonly<Record<string, string>> = {
  layer: 'v(i)',
  copy: 'i(iii)',
  checksum: 'i(ii)',
  anyBits: 'i(ii)',
  inRange: 'i(iiii)',
  largestMagnitude: 'i(iii)',
};
