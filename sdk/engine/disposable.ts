/**
 * Adds `Symbol.dispose`, which calls `close`, for `using` declarations. Runtimes without the symbol get
 * the one that compilers use in its place.
 */
export function makeDisposable<T extends { close(): void }>(closable: T): T & { [Symbol.dispose](): void } {
  const dispose: symbol = Symbol.dispose ?? Symbol.for('Symbol.dispose');
  // Not enumerable, so that copies of the object's fields do not include it.
  return Object.defineProperty(closable, dispose, { value: () => closable.close() }) as never;
}
