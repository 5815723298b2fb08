import { concat } from '../link/bytes.js';
import { encodeFrame, type Frame } from '../link/frame.js';
import { FrameDecoder } from '../link/frame-decoder.js';
import { ERROR } from '../link/messages.js';
import { LineLostError } from '../transports/errors.js';
import type { Transport } from '../transports/transport.js';
import { decodeAnswer } from './decode-answer.js';
import { BoardError, NoAnswerError, NonsenseError } from './errors.js';

/** What may be sent and not yet answered; see WELCOME. */
export interface Credits {
  frames: number;
  bytes: number;
}

export interface RequestOptions {
  /** How long the board may take over this request, in ms, once those before it are answered. */
  timeoutMs: number;
  /** How often it is sent again when it or its answer was lost. */
  retries: number;
  /** Forgets the request; the board may still carry it out. */
  signal?: AbortSignal;
}

/** What happened on the line, for people who look for a fault. */
export interface LineStatistics {
  sentFrames: number;
  receivedFrames: number;
  receivedBytes: number;
  resentFrames: number;
  /** Stretches of bytes that were neither frames nor text. */
  badFrames: number;
  /** Good frames that answer nothing that is waiting: mostly second answers. */
  unexpectedFrames: number;
}

interface Request {
  readonly sequence: number;
  readonly wire: Uint8Array;
  readonly replies: readonly number[];
  readonly options: RequestOptions;
  readonly resolve: (reply: Frame) => void;
  readonly reject: (error: unknown) => void;
  attempts: number;
  /** Positions in the order of everything sent, of the first and of the latest attempt. */
  first: number;
  latest: number;
}

/**
 * Sends requests within the board's credits, pairs replies with them, and sends again what was lost.
 *
 * A board answers in the order in which requests arrive. So a reply shows that whatever was sent before its
 * request, and is not answered, was lost: no need to wait for a timeout. Only the last ones need that.
 */
export class RequestQueue {
  private readonly decoder: FrameDecoder;
  private waiting: Request[] = [];
  /** By sequence number, in the order of sending. */
  private readonly outstanding = new Map<number, Request>();
  private outstandingBytes = 0;
  private credits: Credits = { frames: 1, bytes: 0 };
  private sequence = Math.floor(Math.random() * 0x10000);
  private sent = 0;
  private writing = false;
  /** Timeouts during the write that is under way. */
  private stalls = 0;
  private timer?: ReturnType<typeof setTimeout>;
  private ended?: Error;
  private readonly counts = {
    sentFrames: 0,
    receivedFrames: 0,
    receivedBytes: 0,
    resentFrames: 0,
    unexpectedFrames: 0,
  };

  constructor(
    private readonly transport: Transport,
    onLog: (text: string) => void = () => {},
  ) {
    this.decoder = new FrameDecoder({ onFrame: (frame) => this.receive(frame), onText: onLog });
    transport.onData((bytes) => {
      this.counts.receivedBytes += bytes.length;
      this.decoder.push(bytes);
      this.send();
    });
    void transport.closed.then((reason) =>
      this.fail(reason ?? new LineLostError(transport.name, 'it is closed')),
    );
  }

  get statistics(): LineStatistics {
    return { ...this.counts, badFrames: this.decoder.badFrames };
  }

  setCredits(credits: Credits): void {
    this.credits = credits;
    this.send();
  }

  /**
   * @param replies the types that may answer it, besides ERROR
   * @throws {BoardError} if the board refuses
   * @throws {NoAnswerError} if it does not answer, often enough
   * @throws {NonsenseError} if its answer is of another type
   * @throws {LineLostError} if the line ends
   */
  request(
    type: number,
    payload: Uint8Array,
    replies: readonly number[],
    options: RequestOptions,
  ): Promise<Frame> {
    if (this.ended) return Promise.reject(this.ended);
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const sequence = this.nextSequence();
    const wire = encodeFrame({ type, sequence, payload });
    return new Promise((resolve, reject) => {
      const request: Request = {
        sequence,
        wire,
        replies,
        options,
        resolve: (reply) => {
          signal?.removeEventListener('abort', abort);
          resolve(reply);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
        attempts: 0,
        first: 0,
        latest: 0,
      };
      const abort = () => {
        this.forget(request);
        request.reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort);
      this.waiting.push(request);
      this.send();
    });
  }

  private nextSequence(): number {
    do this.sequence = (this.sequence + 1) & 0xffff;
    while (this.outstanding.has(this.sequence));
    return this.sequence;
  }

  /** Sends what the credits allow, one write at a time. */
  private send(): void {
    if (this.writing || this.ended) return;
    const frames: Uint8Array[] = [];
    for (let request = this.waiting[0]; request && this.allows(request); request = this.waiting[0]) {
      this.waiting.shift();
      this.markSent(request);
      frames.push(request.wire);
    }
    if (frames.length === 0) return;
    this.writing = true;
    this.restartTimer();
    this.transport.write(concat(frames)).then(
      () => {
        this.writing = false;
        this.stalls = 0;
        this.restartTimer();
        this.send();
      },
      (error) => this.fail(error),
    );
  }

  /** One request alone is always allowed: no board's buffer is smaller than its longest frame. */
  private allows({ wire }: Request): boolean {
    if (this.outstanding.size === 0) return true;
    return (
      this.outstanding.size < this.credits.frames && this.outstandingBytes + wire.length <= this.credits.bytes
    );
  }

  private markSent(request: Request): void {
    request.latest = this.sent++;
    if (request.attempts++ === 0) request.first = request.latest;
    else this.counts.resentFrames++;
    this.counts.sentFrames++;
    this.outstanding.set(request.sequence, request);
    this.outstandingBytes += request.wire.length;
  }

  private receive(reply: Frame): void {
    this.counts.receivedFrames++;
    const request = this.outstanding.get(reply.sequence);
    if (request === undefined) {
      this.counts.unexpectedFrames++;
      return;
    }
    this.forget(request);
    this.settle(request, reply);
    // The reply may be to any attempt, so only what was sent before the first one is surely lost.
    const lost = [];
    for (const other of this.outstanding.values()) {
      if (other.latest > request.first) break;
      lost.push(other);
    }
    this.resend(lost);
    this.restartTimer();
  }

  private settle(request: Request, reply: Frame): void {
    if (request.replies.includes(reply.type)) {
      request.resolve(reply);
      return;
    }
    try {
      if (reply.type !== ERROR.type) {
        throw new NonsenseError(
          `The board at ${this.transport.name} answered with a message of type ${reply.type}, which answers ` +
            'another request; update its firmware.',
        );
      }
      const { code, detail, reason } = decodeAnswer(ERROR, reply.payload, this.transport.name);
      throw new BoardError(code, detail, reason);
    } catch (error) {
      request.reject(error);
    }
  }

  private resend(lost: Request[]): void {
    for (const request of lost) this.forget(request);
    const again = lost.filter((request) => request.attempts <= request.options.retries);
    this.waiting.unshift(...again);
    for (const request of lost) if (!again.includes(request)) request.reject(this.noAnswer(request));
  }

  private forget(request: Request): void {
    if (this.outstanding.delete(request.sequence)) this.outstandingBytes -= request.wire.length;
    else this.waiting = this.waiting.filter((other) => other !== request);
  }

  /** Runs while something is outstanding; any answer starts it anew. */
  private restartTimer(): void {
    clearTimeout(this.timer);
    const [oldest] = this.outstanding.values();
    if (oldest === undefined || this.ended) return;
    this.timer = setTimeout(() => {
      if (this.writing) return this.waitForWrite(oldest);
      this.resend([...this.outstanding.values()]);
      this.send();
    }, oldest.options.timeoutMs);
  }

  /** Nothing can be sent again while the line does not take what was sent. */
  private waitForWrite({ options: { timeoutMs, retries } }: Request): void {
    if (++this.stalls <= retries) return this.restartTimer();
    this.fail(
      new NoAnswerError(
        `${this.transport.name} took no more bytes for ${timeoutMs * this.stalls} ms; check that the board reads ` +
          'them, and reset it.',
      ),
    );
  }

  private noAnswer({ attempts, options }: Request): Error {
    const { name } = this.transport;
    const { receivedBytes, receivedFrames } = this.counts;
    const tries = `${attempts} ${attempts === 1 ? 'try' : 'tries'} of ${options.timeoutMs} ms`;
    if (receivedBytes === 0) {
      return new NoAnswerError(
        `Nothing came from the board at ${name} after ${tries}; check that it has power and runs bd-edge's firmware.`,
      );
    }
    if (receivedFrames === 0) {
      return new NonsenseError(
        `${receivedBytes} bytes came from ${name}, but no answer among them; check the baud rate, and that the ` +
          "board runs bd-edge's firmware.",
      );
    }
    return new NoAnswerError(
      `The board at ${name} stopped answering, after ${tries}; check the line and its power.`,
    );
  }

  private fail(error: Error): void {
    if (this.ended) return;
    this.ended = error;
    clearTimeout(this.timer);
    const all = [...this.outstanding.values(), ...this.waiting];
    this.outstanding.clear();
    this.waiting = [];
    for (const request of all) request.reject(error);
  }
}
