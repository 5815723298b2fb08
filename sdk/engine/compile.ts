import { EngineError } from '../errors.js';
import { isModule, messageOf } from '../realm.js';
import { readBytes, type Source } from '../source.js';

/** An engine: wasm bytes, their source, or a compiled module. */
export type EngineSource = Source | WasmModule;

/** `WebAssembly.Module`; `never` in programs that are compiled without a library that declares it. */
type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer T } } } ? T : never;

/**
 * Compiles an engine. It does not stream, because browsers stream wasm only from servers that know its
 * MIME type.
 *
 * @throws {FileError} `unreadable` if the engine cannot be read
 * @throws {EngineError} `not-wasm`, `no-wasm`, or `wasm-forbidden` if this runtime does not allow to compile wasm
 */
export async function compileEngine(source: EngineSource): Promise<WebAssembly.Module> {
  requireWebAssembly();
  if (isModule(source)) return source as WebAssembly.Module;
  const bytes = await readBytes(source as Source, 'engine');
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    const message = messageOf(cause);
    if (isWasm(bytes) && WebAssembly.validate(bytes)) {
      throw new EngineError(
        'wasm-forbidden',
        `This runtime does not allow to compile WebAssembly (${message}); in a page, add 'wasm-unsafe-eval' to the ` +
          'script-src of its Content-Security-Policy; in a runtime without such a setting, pass a WebAssembly.Module as engine.',
        { cause },
      );
    }
    throw new EngineError(
      'not-wasm',
      `The engine is not valid WebAssembly here: ${message}; use the wasm that ships with @bd-edge/sdk.`,
      { cause },
    );
  }
}

/** @throws {EngineError} `no-wasm` if this runtime has no WebAssembly */
export function requireWebAssembly(): void {
  if (typeof WebAssembly !== 'undefined') return;
  throw new EngineError(
    'no-wasm',
    'This runtime has no WebAssembly, or it is switched off (node --jitless, a hardened browser); use one that has it.',
  );
}

/** Returns whether bytes begin with the magic number of wasm. */
export function isWasm(bytes: Uint8Array): boolean {
  return [0x00, 0x61, 0x73, 0x6d].every((byte, i) => bytes[i] === byte);
}
