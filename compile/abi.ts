/*
 * The exports of a compiled module (docs/compile.md): `memory`, and functions without parameters that return one i32.
 */

/** The version of the functions below, which `abi()` returns. */
export const COMPILED_ABI = 1;

/** `WebAssembly.Memory`; only its buffer in programs that are compiled without a library that declares it. */
type WasmMemory = typeof globalThis extends { WebAssembly: { Memory: { prototype: infer T } } }
  ? T
  : { readonly buffer: ArrayBuffer };

export interface CompiledExports {
  readonly memory: WasmMemory;
  /** Returns {@link COMPILED_ABI}. */
  abi(): number;
  /** Returns the address of the image: `inputBytes()` bytes, height x width x channels, channels last. */
  input(): number;
  inputBytes(): number;
  /** Runs the network on the image at `input()`. @returns the index of the largest logit, the first of equals */
  run(): number;
  /** Returns the address of the logits of the last run: `logitCount()` little-endian int32. */
  logits(): number;
  logitCount(): number;
  /** Returns the address of the metadata: `metadataBytes()` bytes of UTF-8 JSON; 0 bytes if there is no metadata. */
  metadata(): number;
  metadataBytes(): number;
  /** Returns the address of the complete `.bdm`: `modelBytes()` bytes. */
  model(): number;
  modelBytes(): number;
}

/** The names of the exported functions. */
export type CompiledFunction = Exclude<keyof CompiledExports, 'memory'>;
