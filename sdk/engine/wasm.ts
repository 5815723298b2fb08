import { boardBuild, interpretedBuild } from '../builds/board.js';
import { builds, type EngineBuild } from '../builds/builds.js';
import { EngineError, UsageError } from '../errors.js';
import { isModule, messageOf } from '../realm.js';
import { readBytes, type Source } from '../source.js';
import { compileEngine, type EngineSource, isWasm, requireWebAssembly } from './compile.js';

/** `(module (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt))`: valid only in runtimes with SIMD. */
const SIMD_PROBE = [
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
];

/**
 * Returns the wasm bytes of an engine build. To run a build, pass its name to {@link load}.
 *
 * - `mvp`: scalar, only the first WebAssembly release; runs in every runtime and interpreter.
 * - `simd`: 128-bit vectors and kernels that need them (docs/performance.md); the same integers in less time.
 * - `simd-threads`: the same over shared memory.
 *
 * @throws {EngineError} `missing-engine-file` if the file that ships with the package is not in its place;
 *   `compiled-engine` in workerd, where an import of wasm is a module
 */
export async function engineWasm(build: EngineBuild = 'mvp'): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf(build, builds[build]);
}

/**
 * Returns the wasm bytes of the `mvp` engine for firmware without native kernels. It has no instruction that grows its
 * memory, which firmware rejects. Elsewhere it has 64 MiB.
 *
 * @throws {EngineError} as `engineWasm`
 */
export async function interpretedEngineWasm(): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf('interpreted', interpretedBuild);
}

/**
 * Returns the wasm bytes of the `mvp` engine for firmware that runs ops in native code
 * (firmware/kernels/layer.h). It imports that code, so it does not run elsewhere. It computes the same
 * integers in the same memory.
 *
 * @throws {EngineError} as `engineWasm`
 */
export async function boardEngineWasm(): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf('board', boardBuild);
}

async function bytesOf(build: string, source: () => EngineSource): Promise<Uint8Array<ArrayBuffer>> {
  const wasm = await read(build, source);
  if (!isModule(wasm)) return wasm as Uint8Array<ArrayBuffer>;
  throw new EngineError(
    'compiled-engine',
    `This runtime imports the ${build} build as a module, without its bytes; read the bytes in another runtime.`,
  );
}

/**
 * Compiles a build.
 *
 * @throws {EngineError} `missing-engine-file` or `wasm-forbidden`
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
    if (isModule(source)) return source as WebAssembly.Module;
    const bytes = await readBytes(source as Source, 'file');
    if (!isWasm(bytes)) throw new Error(`the content of ${source} is not WebAssembly.`);
    return bytes;
  } catch (cause) {
    throw new EngineError(
      'missing-engine-file',
      `The engine's file ${build}.wasm is not beside the program (${messageOf(cause).replace(/\.$/, '')}); ` +
        "copy it there from the package's dist folder, pass an engine, or import '@bd-edge/sdk/inline' (docs/runtimes.md).",
      { cause },
    );
  }
}

/** Returns the fastest build that this runtime can run. */
export function bestBuild(): EngineBuild {
  requireWebAssembly();
  return WebAssembly.validate(Uint8Array.from(SIMD_PROBE)) ? 'simd' : 'mvp';
}

/**
 * Returns the requested build; by default the fastest one for the number of threads.
 *
 * @throws {UsageError} `unknown-build` or `single-threaded-build`
 * @throws {EngineError} `no-simd` if this runtime cannot run the requested build
 */
export function chooseBuild(wanted: EngineBuild | undefined, threads = 1): EngineBuild {
  const best = bestBuild();
  if (wanted !== undefined && !Object.hasOwn(builds, wanted)) {
    const expected = Object.keys(builds);
    throw new UsageError(
      'unknown-build',
      `There is no engine build "${wanted}"; choose one of ${expected.join(', ')}.`,
      { received: wanted, expected },
    );
  }
  const build = wanted ?? (threads > 1 ? 'simd-threads' : best);
  if (build !== 'simd-threads' && threads > 1) {
    throw new UsageError(
      'single-threaded-build',
      `The ${build} build runs on one thread; received ${threads} threads: use the build simd-threads.`,
      { received: build, expected: 'simd-threads' },
    );
  }
  if (build !== 'mvp' && best === 'mvp') {
    throw new EngineError(
      'no-simd',
      `This runtime has no WebAssembly SIMD, which the ${build} build needs; use the build mvp with one thread.`,
    );
  }
  return build;
}
