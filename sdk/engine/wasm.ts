import { boardBuild } from '../builds/board.js';
import { builds, type EngineBuild } from '../builds/builds.js';
import { readBytes } from '../source.js';
import { compileEngine, type EngineSource, isWasm } from './compile.js';
import { EngineError } from './errors.js';

/** `(module (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt))`: valid only where there is SIMD. */
const SIMD_PROBE = [
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
];

/**
 * The wasm bytes of an engine build, to send or keep; to run one, {@link load} needs only its name.
 *
 * - `mvp`: scalar, no proposals beyond the first WebAssembly release; runs in every runtime and interpreter.
 * - `simd`: 128-bit vectors and the kernels that need them (docs/performance.md); the same integers, sooner.
 * - `simd-threads`: the same, over memory that threads share.
 *
 * @throws {EngineError} if the file that ships with the package is not where it should be, or in workerd, where an
 *   import of wasm is not bytes
 */
export async function engineWasm(build: EngineBuild = 'mvp'): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf(build, builds[build]);
}

/**
 * The wasm bytes of the `mvp` engine for firmware that runs layers in its own code (firmware/core/layer.h): it
 * imports them, so it runs nowhere else. The same integers, in the same memory.
 *
 * @throws {EngineError} as `engineWasm`
 */
export async function boardEngineWasm(): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf('board', boardBuild);
}

async function bytesOf(build: string, source: () => EngineSource): Promise<Uint8Array<ArrayBuffer>> {
  const wasm = await read(build, source);
  if (wasm instanceof Uint8Array) return wasm;
  throw new EngineError(`Here the ${build} build is compiled already; read its bytes in another runtime.`);
}

/**
 * A build, compiled.
 *
 * @throws {EngineError} if its file is not where it should be, or may not be compiled here
 */
export async function compileBuild(build: EngineBuild): Promise<WebAssembly.Module> {
  return compileEngine(await read(build, builds[build]));
}

async function read(
  build: string,
  where: () => EngineSource,
): Promise<Uint8Array<ArrayBuffer> | WebAssembly.Module> {
  try {
    const source = where();
    if (source instanceof WebAssembly.Module) return source;
    const bytes = await readBytes(source, 'file');
    if (!isWasm(bytes)) throw new Error(`what is at ${source} is no WebAssembly.`);
    return bytes;
  } catch (cause) {
    throw new EngineError(
      `The engine's file ${build}.wasm is not beside the program; copy it there from the package's dist folder, give ` +
        `an engine of your own, or import bd-edge/inline; docs/runtimes.md says which is for you. What happened: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** The fastest build that this runtime can run. */
export function bestBuild(): EngineBuild {
  return WebAssembly.validate(Uint8Array.from(SIMD_PROBE)) ? 'simd' : 'mvp';
}

/**
 * The build that was asked for, or the best one.
 *
 * @param threads how many the build is to run on
 * @throws {EngineError} if this runtime cannot run the one that was asked for
 */
export function chooseBuild(wanted: EngineBuild | undefined, threads = 1): EngineBuild {
  const best = bestBuild();
  if (wanted !== undefined && !Object.hasOwn(builds, wanted)) {
    throw new EngineError(
      `There is no engine build "${wanted}"; choose one of ${Object.keys(builds).join(', ')}.`,
    );
  }
  const build = wanted ?? (threads > 1 ? 'simd-threads' : best);
  if (build !== 'simd-threads' && threads > 1) {
    throw new EngineError(
      `${threads} threads were asked for, and the ${build} build, which has one; leave the build out.`,
    );
  }
  if (build !== 'mvp' && best === 'mvp') {
    throw new EngineError(
      `The ${build} build was asked for but this runtime has no WebAssembly SIMD; use the mvp build, with one thread.`,
    );
  }
  return build;
}
