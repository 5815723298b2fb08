/**
 * `@bd-edge/compile`: compiles a network and its engine to one WebAssembly module, JavaScript or C.
 *
 * @module @bd-edge/compile
 */

export { FileError, MissingDependencyError, type Model, ModelError, UsageError } from '@bd-edge/sdk/internal';
export { COMPILED_ABI, type CompiledExports, type CompiledFunction } from './abi.js';
export { COMPILED_BUILDS, type CompiledBuild } from './builds.js';
export { type CArrays, type CArraysOptions, EMBEDDED, type Embedded, toCArrays } from './c-arrays.js';
export { type CompiledModel, type CompileOptions, compileModel } from './compile.js';
export { type JavaScriptFiles, toJavaScript } from './javascript.js';
export { LIBRARY_BOARDS, requireRoom } from './library/boards.js';
export { type CLibrary, type LibraryOptions, libraryName, toLibrary } from './library/library.js';
export { LIBRARY_SYSTEMS, type LibrarySystem } from './library/manifests.js';
export type { BoardEstimate } from './library/readme.js';
export { engineToC } from './native/engine-to-c.js';
export { type CFiles, type CNetwork, type COptions, toC } from './native/to-c.js';
