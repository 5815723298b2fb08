import type { EngineSource } from '../engine/compile.js';

/**
 * The types of `@bd-edge/sdk/mvp.wasm`, `@bd-edge/sdk/simd.wasm` and `@bd-edge/sdk/simd-threads.wasm`. What a runtime or bundler makes of the import of a wasm file
 * differs: a module, an address, bytes; {@link load} takes them all.
 */
declare const engine: EngineSource;
export default engine;
