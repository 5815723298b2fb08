import { FileError } from './errors.js';
import { nodeModule } from './node-module.js';

/**
 * Bytes, or where they come from: an address (a string is resolved against the page, as `fetch` does it; `file:` works
 * where there are files), or what `fetch` gives, waited for or not.
 */
export type Source = ArrayBuffer | ArrayBufferView | URL | string | Response | PromiseLike<Response>;

/** What should be read from an address is not there, or does not come. */
export class SourceError extends FileError {
  override readonly name = 'SourceError';
}

/**
 * The bytes of a source; not copied where they are given.
 *
 * @param what it should be, for messages: "model"
 * @throws {SourceError} if they cannot be read
 */
export async function readBytes(source: Source, what: string): Promise<Uint8Array<ArrayBuffer>> {
  let place = '';
  try {
    let given = await source;
    if (typeof given === 'string' || given instanceof URL) {
      place = ` at ${given}`;
      given = await fetchFrom(given);
    }
    if (given instanceof Response) {
      if (given.url) place = ` at ${given.url}`;
      if (!given.ok) throw new Error(`the answer was ${given.status} ${given.statusText}`.trimEnd());
      given = await given.arrayBuffer();
    }
    return ArrayBuffer.isView(given)
      ? new Uint8Array(given.buffer as ArrayBuffer, given.byteOffset, given.byteLength)
      : new Uint8Array(given);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SourceError(`The ${what}${place} cannot be read: ${reason}; check that it is there.`, {
      cause,
    });
  }
}

/** `fetch`, and Node's files, which its `fetch` does not read. */
async function fetchFrom(address: string | URL): Promise<Response | Uint8Array<ArrayBuffer>> {
  const files = /^file:/i.test(String(address)) ? nodeModule('node:fs') : undefined;
  return files ? files.promises.readFile(new URL(address)) : fetch(address);
}
