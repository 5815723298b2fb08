/** Passes received bytes to a listener, and keeps bytes that arrive before there is one. */
export class Inbox {
  private listener?: (bytes: Uint8Array) => void;
  private kept: Uint8Array[] = [];

  listen(listener: (bytes: Uint8Array) => void): void {
    this.listener = listener;
    const kept = this.kept;
    this.kept = [];
    for (const bytes of kept) listener(bytes);
  }

  take(bytes: Uint8Array): void {
    if (this.listener) this.listener(bytes);
    else this.kept.push(bytes);
  }
}
