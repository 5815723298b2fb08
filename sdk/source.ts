import { FileError } from './errors.js';
import { nodeModule } from './node-module.js';

/**
 * Bytes, a file that a page was given, or where they come from: an address (a string is resolved against the page, as
 * `fetch` does it; `file:` works where there are files), or what `fetch` gives, waited for or not.
 */
export type Source =
  | ArrayBufferLike
  | ArrayBufferView
  | Blob
  | URL
  | string
  | Response
  | PromiseLike<Response>;

/** What should be read is not there, does not come, or is nothing that can be read. */
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
    }
    if (given instanceof Response || given instanceof Blob) given = await given.arrayBuffer();
    if (ArrayBuffer.isView(given))
      return new Uint8Array(given.buffer as ArrayBuffer, given.byteOffset, given.byteLength);
    // By its name: a buffer of another window, or shared where this page has none, is one too.
    const kind = Object.prototype.toString.call(given).slice(8, -1);
    if (/^(Shared)?ArrayBuffer$/.test(kind)) return new Uint8Array(given as ArrayBuffer);
    throw new Error(`${kind} is no bytes, file, address or answer`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SourceError(`The ${what}${place} cannot be read: ${reason}; ${adviceFor(source)}.`, { cause });
  }
}

/** A path is no address to `fetch`, which in a page would resolve it. */
function adviceFor(source: unknown): string {
  const path = typeof source === 'string' && !URL.canParse(source) && nodeModule('node:fs');
  return path
    ? `give new URL('${source}', import.meta.url), or the bytes that readFile gives`
    : 'check that it is there';
}

/** `fetch`, and Node's files, which its `fetch` does not read. */
async function fetchFrom(address: string | URL): Promise<Response | Uint8Array<ArrayBuffer>> {
  const files = /^file:/i.test(String(address)) ? nodeModule('node:fs') : undefined;
  return files ? files.promises.readFile(new URL(address)) : fetch(address);
}
