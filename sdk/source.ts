import { FileError } from './errors.js';
import { nodeModule } from './node-module.js';

/**
 * Bytes, or where to read them:
 *
 * - an ArrayBuffer, a typed array or a Blob (such as a file that a page was given)
 * - a URL or string for `fetch`; a page resolves it against its own address; `file:` works in Node, Deno
 *   and Bun
 * - a Response, or the promise that `fetch` returns
 */
export type Source =
  | ArrayBufferLike
  | ArrayBufferView
  | Blob
  | URL
  | string
  | Response
  | PromiseLike<Response>;

/**
 * Returns the bytes of a source. Bytes that are given are not copied.
 *
 * @param what the name of the content for messages, such as "model"
 * @throws {FileError} `unreadable` if they cannot be read
 */
export async function readBytes(source: Source, what: string): Promise<Uint8Array<ArrayBuffer>> {
  let path: string | undefined;
  try {
    let given = await source;
    if (typeof given === 'string' || given instanceof URL) {
      path = String(given);
      given = await fetchFrom(given);
    }
    if (given instanceof Response) {
      if (given.url) path = given.url;
      if (!given.ok) throw new Error(`the server answered ${given.status} ${given.statusText}`.trimEnd());
    }
    if (given instanceof Response || given instanceof Blob) given = await given.arrayBuffer();
    if (ArrayBuffer.isView(given))
      return new Uint8Array(given.buffer as ArrayBuffer, given.byteOffset, given.byteLength);
    // Compares the name, because `instanceof` fails for a buffer of another window and for some shared
    // buffers.
    const type = Object.prototype.toString.call(given).slice(8, -1);
    if (/^(Shared)?ArrayBuffer$/.test(type)) return new Uint8Array(given as ArrayBuffer);
    throw new Error(`expected bytes, a Blob, a URL or a Response, received ${type}`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(
      'unreadable',
      `The ${what}${path === undefined ? '' : ` at ${path}`} cannot be read: ${reason}; ${adviceFor(source)}.`,
      { path, cause },
    );
  }
}

/** A path is not an address for `fetch`, which a page would resolve. */
function adviceFor(source: unknown): string {
  const isPath = typeof source === 'string' && !URL.canParse(source) && nodeModule('node:fs') !== undefined;
  return isPath
    ? `pass new URL('${source}', import.meta.url), or the bytes from readFile`
    : 'check that it exists';
}

/** Fetches an address; reads `file:` addresses with `node:fs`, because Node's `fetch` does not. */
async function fetchFrom(address: string | URL): Promise<Response | Uint8Array<ArrayBuffer>> {
  const files = /^file:/i.test(String(address)) ? nodeModule('node:fs') : undefined;
  return files ? files.promises.readFile(new URL(address)) : fetch(address);
}
