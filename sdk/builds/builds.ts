import type { EngineSource } from '../engine/compile.js';

/** The builds of the engine that ship with this package. */
export type EngineBuild = 'mvp' | 'simd' | 'simd-threads';

/**
 * The sources of the builds: files beside this one. Bundlers recognize the expression `new URL(...,
 * import.meta.url)` and copy the files. They are functions, so that only the build that runs is read. The
 * entries `workerd` and `inline` replace them.
 */
export const builds: Record<EngineBuild, () => EngineSource> = {
  mvp: () => new URL('./mvp.wasm', import.meta.url),
  simd: () => new URL('./simd.wasm', import.meta.url),
  'simd-threads': () => new URL('./simd-threads.wasm', import.meta.url),
};
