/**
 * `@bd-edge/compile`: a network and its engine in one WebAssembly module, or as arrays for C. Runs anywhere.
 *
 * @module @bd-edge/compile
 */
export { COMPILED_ABI, type CompiledExports, type CompiledFunction } from './abi.js';
export { COMPILED_BUILDS, type CompiledBuild } from './builds.js';
export { type CSource, type CSourceOptions, EMBEDDED, type Embedded, toC } from './c-source.js';
export { type CompiledModel, type CompileOptions, compileModel } from './compile.js';
export { CompileError } from './errors.js';
export { toJavaScript } from './javascript.js';
export { engineToNativeC, modelToNativeC, type NativeC } from './native/native-c.js';
export { WABT_VERSION, type Wasm2c, type Wasm2cOutput } from './native/wasm2c.js';
export { LinkError } from './wasm/errors.js';
