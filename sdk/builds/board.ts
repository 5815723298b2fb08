import type { EngineSource } from '../engine/compile.js';

/** The source of the `mvp` engine for boards, which does not grow its memory. */
export const interpretedBuild = (): EngineSource => new URL('./interpreted.wasm', import.meta.url);

/**
 * The source of the engine for boards with native kernels. It is not one of `builds`, because it does not
 * run here.
 */
export const boardBuild = (): EngineSource => new URL('./board.wasm', import.meta.url);
