import type { EngineSource } from '../engine/compile.js';

/** Where the wasm of the engine for boards with kernels of their own is; apart from `builds`, which run here. */
export const boardBuild = (): EngineSource => new URL('./board.wasm', import.meta.url);
