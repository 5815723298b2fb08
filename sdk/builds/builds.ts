import type { EngineSource } from '../engine/compile.js';

/** The builds of the engine that ship with this package. */
export type EngineBuild = 'mvp' | 'simd' | 'simd-threads';

/**
 * Where each build's wasm comes from: a file beside this one, which bundlers know to carry along by these very words.
 * Functions, since only the build that runs is looked up. The entries `workerd` and `inline` put others in their place.
 */
export const builds: Record<EngineBuild, () => EngineSource> = {
  mvp: () => new URL('./mvp.wasm', import.meta.url),
  simd: () => new URL('./simd.wasm', import.meta.url),
  'simd-threads': () => new URL('./simd-threads.wasm', import.meta.url),
};
