/*
 * What a compiled module exports (docs/compile.md): `memory`, and these functions, which take nothing and give one i32.
 */

/** The version of the functions below: what `abi()` answers. */
export const COMPILED_ABI = 1;

export interface CompiledExports {
  readonly memory: WebAssembly.Memory;
  /** {@link COMPILED_ABI} */
  abi(): number;
  /** Where the image goes: `inputBytes()` bytes, height x width x channels, channels last. */
  input(): number;
  inputBytes(): number;
  /** Runs the network on the image at `input()`. @returns the index of the largest logit, the first of equals */
  run(): number;
  /** Where the logits of the last run are: `logitCount()` little-endian int32. */
  logits(): number;
  logitCount(): number;
  /** Where the metadata is: `metadataBytes()` bytes of UTF-8 JSON, or none. */
  metadata(): number;
  metadataBytes(): number;
  /** Where the whole `.bdm` is, which the module was made from: `modelBytes()` bytes. */
  model(): number;
  modelBytes(): number;
}

/** The names of the functions. */
export type CompiledFunction = Exclude<keyof CompiledExports, 'memory'>;
