import type { EngineSource } from '../engine/compile.js';

/**
 * The types of `bd-edge/mvp.wasm`, `bd-edge/simd.wasm` and `bd-edge/simd-threads.wasm`. What a runtime or bundler makes of the import of a wasm file
 * differs: a module, an address, bytes; {@link load} takes them all.
 */
declare const engine: EngineSource;
export default engine;
