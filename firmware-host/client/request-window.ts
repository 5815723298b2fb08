import type { Frame } from '../link/frame.js';

/** The limits for requests without a reply; see INFO. */
export interface Credits {
  frames: number;
  bytes: number;
}

export interface RequestOptions {
  /** The time for this request in ms, counted from the reply to the previous one. */
  timeoutMs: number;
  /** How often the request is sent again if it or its reply is lost. */
  retries: number;
  /** Aborts waiting for the reply; the board may still execute the request. */
  signal?: AbortSignal;
}

/** A request from the call until its reply. */
export interface Request {
  readonly sequence: number;
  /** Its frame on the wire. */
  readonly wire: Uint8Array;
  /** The types of reply that it expects, besides ERROR. */
  readonly replies: readonly number[];
  readonly options: RequestOptions;
  readonly resolve: (reply: Frame) => void;
  readonly reject: (error: unknown) => void;
  attempts: number;
  /** Positions of the first and of the latest attempt in the order of all frames sent. */
  first: number;
  latest: number;
}

/** The requests that were sent and have no reply yet, within the board's credits. */
export class RequestWindow {
  credits: Credits = { frames: 1, bytes: 0 };
  /** By sequence number, in the order of sending. */
  private readonly requests = new Map<number, Request>();
  private bytes = 0;
  private sent = 0;

  /** Returns whether there is room. One request alone is always allowed: it fits the buffer of every board. */
  allows({ wire }: Request): boolean {
    const { size } = this.requests;
    if (size === 0) return true;
    return size < this.credits.frames && this.bytes + wire.length <= this.credits.bytes;
  }

  has(sequence: number): boolean {
    return this.requests.has(sequence);
  }

  find(sequence: number): Request | undefined {
    return this.requests.get(sequence);
  }

  get oldest(): Request | undefined {
    const [oldest] = this.requests.values();
    return oldest;
  }

  get all(): Request[] {
    return [...this.requests.values()];
  }

  /** Records that a request was sent. */
  add(request: Request): void {
    request.latest = this.sent++;
    if (request.attempts++ === 0) request.first = request.latest;
    this.requests.set(request.sequence, request);
    this.bytes += request.wire.length;
  }

  /** Returns false if the request was not in the window. */
  remove(request: Request): boolean {
    if (!this.requests.delete(request.sequence)) return false;
    this.bytes -= request.wire.length;
    return true;
  }

  clear(): void {
    this.requests.clear();
    this.bytes = 0;
  }

  /**
   * Returns the requests that were lost, given that this one got its reply: replies come in the order of the requests.
   * The reply may belong to any attempt, so only requests sent before the first attempt are surely lost.
   */
  lostBefore(answered: Request): Request[] {
    return this.all.filter((request) => request.latest <= answered.first);
  }
}
