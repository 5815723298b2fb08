/**
 * `bd-edge/compile`: a network and its engine in one WebAssembly module, or as arrays for C. Runs anywhere.
 *
 * @module
 */
export { COMPILED_ABI, type CompiledExports, type CompiledFunction } from './abi.js';
export { COMPILED_BUILDS, type CompiledModel, type CompileOptions, compileModel } from './compile.js';
export { CompileError } from './errors.js';
export { LinkError } from './wasm/errors.js';
