/** Passes received bytes to a listener, and keeps bytes that arrive before there is one. */
export class Inbox {
  private listener?: (bytes: Uint8Array) => unknown;
  private kept: Uint8Array[] = [];

  listen(listener: (bytes: Uint8Array) => unknown): void {
    this.listener = listener;
    const kept = this.kept;
    this.kept = [];
    for (const bytes of kept) listener(bytes);
  }

  /** Returns the listener's result. */
  take(bytes: Uint8Array): unknown {
    if (this.listener) return this.listener(bytes);
    this.kept.push(bytes);
    return undefined;
  }
}
