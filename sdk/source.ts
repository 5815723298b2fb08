import type { DomType } from './dom-type.js';
import { FileError } from './errors.js';
import { nodeModule } from './node-module.js';
import { isBuffer, messageOf, tagOf } from './realm.js';

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
  | DomType<'Blob'>
  | DomType<'URL'>
  | string
  | DomType<'Response'>
  | PromiseLike<DomType<'Response'>>;

/**
 * Returns the bytes of a source. Bytes that are given are not copied.
 *
 * @param what the name of the content for messages, such as "model"
 * @throws {FileError} `unreadable` if they cannot be read
 */
export async function readBytes(source: Source, what: string): Promise<Uint8Array<ArrayBuffer>> {
  let path: string | undefined;
  try {
    let given: unknown = await source;
    if (typeof given === 'string' || isUrl(given)) {
      path = String(given);
      given = await fetchFrom(path);
    }
    if (isResponse(given)) {
      if (given.url) path = given.url;
      if (!given.ok) throw new Error(`the server answered ${given.status} ${given.statusText}`.trimEnd());
    }
    if (isResponse(given) || isBlob(given)) given = await contentOf(given);
    if (ArrayBuffer.isView(given))
      return new Uint8Array(given.buffer as ArrayBuffer, given.byteOffset, given.byteLength);
    if (isBuffer(given)) return new Uint8Array(given as ArrayBuffer);
    throw new Error(`expected bytes, a Blob, a URL or a Response, received ${tagOf(given)}`);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new FileError(
      'unreadable',
      `The ${what}${path === undefined ? '' : ` at ${path}`} cannot be read: ${reason}; ${adviceFor(source)}.`,
      { path, cause },
    );
  }
}

/** A path is not an address for `fetch`, which a page would resolve. */
function adviceFor(source: unknown): string {
  const isAddress = typeof source === 'string' && /^[a-z][a-z\d+.-]+:/i.test(source);
  const isPath = typeof source === 'string' && !isAddress && nodeModule('node:fs') !== undefined;
  if (!isPath) return 'check that it exists';
  // A drive of Windows would be the scheme of an address.
  return /^[a-z]:|^\\\\/i.test(source)
    ? 'pass the bytes from readFile, or the URL that pathToFileURL of node:url makes'
    : `pass new URL('${source}', import.meta.url), or the bytes from readFile`;
}

/** Fetches an address; reads `file:` addresses with `node:fs`, because Node's `fetch` does not. */
async function fetchFrom(address: string): Promise<unknown> {
  const [files, urls] = [nodeModule('node:fs'), nodeModule('node:url')];
  if (/^file:/i.test(address) && files && urls) return files.promises.readFile(urls.fileURLToPath(address));
  if (typeof fetch === 'undefined')
    throw new Error('this runtime has no fetch: pass the bytes, or the URL of a file');
  return fetch(address);
}

function isUrl(value: unknown): boolean {
  return typeof (value as { href?: unknown } | null)?.href === 'string';
}

interface Body {
  arrayBuffer(): Promise<ArrayBuffer>;
}

function isResponse(
  value: unknown,
): value is Body & { ok: boolean; url: string; status: number; statusText: string } {
  return typeof value === 'object' && value !== null && 'arrayBuffer' in value && 'ok' in value;
}

function isBlob(value: unknown): value is Body {
  const isReadable = typeof (value as Partial<Body> | null)?.arrayBuffer === 'function';
  return isReadable || /^(Blob|File)$/.test(tagOf(value));
}

/** Some implementations of the DOM have a Blob that only a FileReader reads; of some, the tag is `Object`. */
function contentOf(body: Body): Promise<unknown> {
  if (typeof body.arrayBuffer === 'function') return body.arrayBuffer();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(body as unknown as Blob);
  });
}
