import type { EngineSource } from '../engine/compile.js';

/**
 * The source of the engine for boards with native kernels. It is not one of `builds`, because it does not
 * run here.
 */
export const boardBuild = (): EngineSource => new URL('./board.wasm', import.meta.url);
