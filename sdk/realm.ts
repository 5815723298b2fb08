/**
 * Recognizes values by what they are and not by `instanceof`. A value of another realm (a frame, a context of
 * `node:vm`, the environment of a test runner) has another class of the same name, and a class that this runtime does
 * not have cannot be named.
 */

/** Returns the name of a value's class as the language sees it, such as `Uint8Array`. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Returns whether a value is a `Uint8Array` (also a `Buffer` of Node) or a `Uint8ClampedArray`. */
export function isByteArray(value: unknown): value is Uint8Array | Uint8ClampedArray {
  return /^Uint8(Clamped)?Array$/.test(tagOf(value));
}

/** Returns whether a value is an `ArrayBuffer` or a `SharedArrayBuffer`. */
export function isBuffer(value: unknown): value is ArrayBufferLike {
  return /^(Shared)?ArrayBuffer$/.test(tagOf(value));
}

/** Returns whether a value is a compiled `WebAssembly.Module`. */
export function isModule(value: unknown): boolean {
  return tagOf(value) === 'WebAssembly.Module';
}

/** Returns the message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  const message = (thrown as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(thrown);
}

/** Decodes UTF-8. @throws if it is not UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string {
  if (typeof TextDecoder !== 'function') return decodeUtf8Plainly(bytes);
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Decodes UTF-8 without `TextDecoder`, which some test environments lack. @throws {URIError} if it is not UTF-8 */
export function decodeUtf8Plainly(bytes: Uint8Array): string {
  const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`);
  return decodeURIComponent(escaped.join(''));
}
