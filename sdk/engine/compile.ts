import { readBytes, type Source } from '../source.js';
import { EngineError } from './errors.js';

/** An engine's wasm: bytes or where they come from, or compiled. */
export type EngineSource = Source | WebAssembly.Module;

/**
 * Compiles an engine. Not by streaming, which takes a file of 60 KB only from servers that know its MIME type.
 *
 * @throws {SourceError} if it cannot be read
 * @throws {EngineError} if it is not wasm, or wasm may not be compiled here
 */
export async function compileEngine(source: EngineSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  const bytes = await readBytes(source, 'engine');
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    const { message } = cause as Error;
    throw new EngineError(
      isWasm(bytes) && WebAssembly.validate(bytes)
        ? `Wasm may not be compiled here (${message}); in a page, allow 'wasm-unsafe-eval' in the script-src of its ` +
            'Content-Security-Policy, in a runtime without that, give a WebAssembly.Module as engine.'
        : `The engine does not start here: ${message}; use the wasm that ships with the package.`,
      { cause },
    );
  }
}

/** Whether bytes start as every wasm file does. */
export function isWasm(bytes: Uint8Array): boolean {
  return [0x00, 0x61, 0x73, 0x6d].every((byte, i) => bytes[i] === byte);
}
