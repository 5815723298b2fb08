import type { EngineSource } from '../engine/compile.js';

/**
 * The type of `@bd-edge/sdk/mvp.wasm`, `simd.wasm` and `simd-threads.wasm`. Runtimes and bundlers turn
 * the import of a wasm file into a module, an address or bytes; {@link load} accepts all of them.
 */
declare const engine: EngineSource;
export default engine;
