import mvp from './mvp.generated.js';

/** The builds of the engine that ship with this package. */
export type EngineBuild = 'mvp';

const builds: Record<EngineBuild, string> = { mvp };

/**
 * The wasm bytes of an engine build, a fresh copy.
 *
 * - `mvp`: scalar, no proposals beyond the first WebAssembly release; runs in every runtime and interpreter.
 */
export function engineWasm(build: EngineBuild = 'mvp'): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(builds[build]), (character) => character.charCodeAt(0));
}
