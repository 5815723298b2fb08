import type { EngineBuild } from '@bd-edge/sdk/internal';

/** `mvp` runs in every WebAssembly runtime; `simd` needs 128-bit vectors, and is larger and faster. */
export const COMPILED_BUILDS = ['mvp', 'simd'] as const satisfies readonly EngineBuild[];
export type CompiledBuild = (typeof COMPILED_BUILDS)[number];
