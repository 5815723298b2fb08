import board from './board.generated.js';
import { EngineError } from './errors.js';
import mvp from './mvp.generated.js';
import simd from './simd.generated.js';

/** The builds of the engine that ship with this package. */
export type EngineBuild = 'mvp' | 'simd';

const builds: Record<EngineBuild, string> = { mvp, simd };

/** `(module (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt))`: valid only where there is SIMD. */
const SIMD_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
);

/**
 * The wasm bytes of an engine build, a fresh copy.
 *
 * - `mvp`: scalar, no proposals beyond the first WebAssembly release; runs in every runtime and interpreter.
 * - `simd`: 128-bit vectors and the kernels that need them (docs/performance.md); the same integers, sooner.
 */
export function engineWasm(build: EngineBuild = 'mvp'): Uint8Array<ArrayBuffer> {
  return bytesOf(builds[build]);
}

/**
 * The wasm bytes of the `mvp` engine for firmware that has its inner loops in its own code (firmware/core/kernels.h), a
 * fresh copy: it imports them, so it runs nowhere else. The same integers, in the same memory.
 */
export function boardEngineWasm(): Uint8Array<ArrayBuffer> {
  return bytesOf(board);
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** The fastest build that this runtime can run. */
export function bestBuild(): EngineBuild {
  return WebAssembly.validate(SIMD_PROBE) ? 'simd' : 'mvp';
}

/**
 * The build that was asked for, or the best one.
 *
 * @throws {EngineError} if this runtime cannot run the one that was asked for
 */
export function chooseBuild(wanted: EngineBuild | undefined): EngineBuild {
  const best = bestBuild();
  if (wanted !== undefined && !Object.hasOwn(builds, wanted)) {
    throw new EngineError(
      `There is no engine build "${wanted}"; choose one of ${Object.keys(builds).join(', ')}.`,
    );
  }
  if (wanted === 'simd' && best !== 'simd') {
    throw new EngineError(
      'The simd build was asked for but this runtime has no WebAssembly SIMD; use the mvp build.',
    );
  }
  return wanted ?? best;
}
