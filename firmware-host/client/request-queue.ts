import { DeviceError } from '@bd-edge/sdk/internal';
import { BoardError, ConnectionLostError, InvalidResponseError } from '../errors.js';
import { concat } from '../link/bytes.js';
import { encodeFrame, type Frame } from '../link/frame.js';
import { FrameDecoder } from '../link/frame-decoder.js';
import { ERROR } from '../link/messages.js';
import type { Transport } from '../transports/transport.js';
import { decodeAnswer } from './decode-answer.js';
import { type Credits, type Request, type RequestOptions, RequestWindow } from './request-window.js';

/** Counts of what happened on a transport, for debugging. */
export interface TransportStatistics {
  sentFrames: number;
  receivedFrames: number;
  receivedBytes: number;
  resentFrames: number;
  /** Stretches of bytes that were neither frames nor text. */
  badFrames: number;
  /** Valid frames that answer no pending request: mostly second replies. */
  unexpectedFrames: number;
  /** Own frames that came back: the transport echoes what is sent. */
  echoedFrames: number;
}

/** Bytes that a board may send, its log included, while a request waits for a reply. */
export const MAX_BYTES_WITHOUT_REPLY = 1048576;

/** The bytes of a telnet request. */
const TELNET_BYTES = 3;

/** The bit of a type that is set in replies. */
const REPLY_BIT = 0x10;

/** The code of the error for a request without a reply. */
export const NO_RESPONSE = 'no-response';

/**
 * Sends requests within the board's credits, matches replies to them, and sends lost requests again.
 *
 * A board replies in the order in which requests arrive. A reply therefore shows that every earlier request without a
 * reply was lost, before any timeout. Only the last requests need a timeout.
 */
export class RequestQueue {
  private readonly decoder: FrameDecoder;
  private readonly window = new RequestWindow();
  private waiting: Request[] = [];
  private sequence = Math.floor(Math.random() * 0x10000);
  private writing = false;
  /** Timeouts during the current write. */
  private stalls = 0;
  private timer?: ReturnType<typeof setTimeout>;
  /** Bytes since the last reply, while a request waits. */
  private unanswered = 0;
  private ended?: Error;
  private readonly counts = {
    sentFrames: 0,
    receivedFrames: 0,
    receivedBytes: 0,
    resentFrames: 0,
    unexpectedFrames: 0,
    echoedFrames: 0,
  };
  /** The first bytes that arrived, which tell another protocol. */
  private firstBytes: number[] = [];

  constructor(
    private readonly transport: Transport,
    onLog: (text: string) => void = () => {},
    private readonly onEcho: () => void = () => {},
  ) {
    this.decoder = new FrameDecoder({ onFrame: (frame) => this.receive(frame), onText: onLog });
    transport.onData((bytes) => {
      if (this.ended) return;
      this.counts.receivedBytes += bytes.length;
      if (this.firstBytes.length < TELNET_BYTES)
        this.firstBytes.push(...bytes.subarray(0, TELNET_BYTES - this.firstBytes.length));
      this.unanswered = this.window.oldest === undefined ? 0 : this.unanswered + bytes.length;
      this.decoder.push(bytes);
      if (this.unanswered > MAX_BYTES_WITHOUT_REPLY) this.fail(this.flooded());
      this.send();
    });
    void transport.closed.then((reason) =>
      this.fail(reason ?? new ConnectionLostError(transport.name, 'it is closed')),
    );
  }

  get statistics(): TransportStatistics {
    return { ...this.counts, badFrames: this.decoder.badFrames };
  }

  setCredits(credits: Credits): void {
    this.window.credits = credits;
    this.send();
  }

  /**
   * Sends a request and waits for its reply.
   *
   * @param replies the accepted types of reply, besides ERROR
   * @throws {BoardError} if the board rejects the request
   * @throws {DeviceError} `no-response` if no reply comes after all retries
   * @throws {InvalidResponseError} if the reply has another type
   * @throws {ConnectionLostError} if the connection ends
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
        ...{ sequence, wire, replies, options, attempts: 0, first: 0, latest: 0 },
        resolve: (reply) => {
          signal?.removeEventListener('abort', abort);
          resolve(reply);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
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
    while (this.window.has(this.sequence));
    return this.sequence;
  }

  /** Sends what the credits allow, one write at a time. */
  private send(): void {
    if (this.writing || this.ended) return;
    const frames: Uint8Array[] = [];
    for (let request = this.waiting[0]; request && this.window.allows(request); request = this.waiting[0]) {
      this.waiting.shift();
      if (request.attempts > 0) this.counts.resentFrames++;
      this.counts.sentFrames++;
      this.window.add(request);
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

  private receive(reply: Frame): void {
    this.counts.receivedFrames++;
    if ((reply.type & REPLY_BIT) === 0) {
      // Only a host sends such frames. The board's reply comes behind the echo.
      if (this.counts.echoedFrames++ === 0) this.onEcho();
      return;
    }
    const request = this.window.find(reply.sequence);
    if (request === undefined) {
      this.counts.unexpectedFrames++;
      return;
    }
    this.unanswered = 0;
    this.forget(request);
    this.settle(request, reply);
    this.resend(this.window.lostBefore(request));
    this.restartTimer();
  }

  private settle(request: Request, reply: Frame): void {
    if (request.replies.includes(reply.type)) request.resolve(reply);
    else request.reject(this.errorFrom(reply));
  }

  private errorFrom({ type, payload }: Frame): unknown {
    const { name } = this.transport;
    if (type !== ERROR.type) {
      return new InvalidResponseError(name, `message type ${type} does not answer the request`);
    }
    try {
      const { code, detail, reason } = decodeAnswer(ERROR, payload, name);
      return new BoardError(name, code, detail, reason);
    } catch (error) {
      return error;
    }
  }

  private resend(lost: Request[]): void {
    for (const request of lost) this.forget(request);
    const again = lost.filter((request) => request.attempts <= request.options.retries);
    this.waiting.unshift(...again);
    for (const request of lost) if (!again.includes(request)) request.reject(this.noResponse(request));
  }

  private forget(request: Request): void {
    if (this.window.remove(request)) return;
    this.waiting = this.waiting.filter((other) => other !== request);
  }

  /** Runs while a request has no reply; every reply restarts it. */
  private restartTimer(): void {
    clearTimeout(this.timer);
    const { oldest } = this.window;
    if (oldest === undefined || this.ended) return;
    this.timer = setTimeout(() => {
      if (this.writing) return this.waitForWrite(oldest);
      this.resend(this.window.all);
      this.send();
    }, oldest.options.timeoutMs);
  }

  /** Nothing can be sent again while the transport does not accept the previous bytes. */
  private waitForWrite({ options: { timeoutMs, retries } }: Request): void {
    if (++this.stalls <= retries) {
      this.restartTimer();
      return;
    }
    const { name } = this.transport;
    this.fail(
      new DeviceError(
        NO_RESPONSE,
        `${name} accepted no bytes for ${timeoutMs * this.stalls} ms; reset the board and check that it reads its port.`,
        { port: name },
      ),
    );
  }

  private noResponse({ attempts, options }: Request): Error {
    const { name } = this.transport;
    const { receivedBytes, receivedFrames } = this.counts;
    if (this.startsWithTelnet) {
      return new InvalidResponseError(
        name,
        'the server speaks telnet, which changes bytes; use rfc2217:// instead of socket://, or switch it to raw mode',
      );
    }
    const { echoedFrames } = this.counts;
    if (echoedFrames > 0 && receivedFrames === echoedFrames) {
      return new DeviceError(
        'only-echo',
        `${name} returns what is sent to it, and no board answers; check that TX and RX are not connected with each ` +
          'other, and that the board has power.',
        { port: name },
      );
    }
    const tries = `${attempts} ${attempts === 1 ? 'try' : 'tries'} of ${options.timeoutMs} ms`;
    if (receivedBytes > 0 && receivedFrames === 0) {
      return new InvalidResponseError(
        name,
        `received ${receivedBytes} bytes without a valid frame; check the baud rate, and that the board runs ` +
          "bd-edge's firmware",
      );
    }
    const problem =
      receivedBytes === 0
        ? `No response from ${name} after ${tries}; check that the board has power and runs bd-edge's firmware.`
        : `The board at ${name} stopped responding, after ${tries}; check its cable and power.`;
    return new DeviceError(NO_RESPONSE, problem, { port: name });
  }

  /** Whether the first bytes are a request of telnet: IAC, then WILL, WONT, DO or DONT, then an option. */
  private get startsWithTelnet(): boolean {
    const [command, negotiation, option] = this.firstBytes;
    return command === 0xff && negotiation >= 0xfb && negotiation <= 0xfe && option !== undefined;
  }

  private flooded(): Error {
    const problem = `received ${MAX_BYTES_WITHOUT_REPLY} bytes without a reply`;
    return new InvalidResponseError(this.transport.name, problem);
  }

  private fail(error: Error): void {
    if (this.ended) return;
    this.ended = error;
    clearTimeout(this.timer);
    const all = [...this.window.all, ...this.waiting];
    this.window.clear();
    this.waiting = [];
    for (const request of all) request.reject(error);
  }
}
