import { wireBytes } from '../link/frame.js';
import * as messages from '../link/messages.js';
import { PROTOCOL_VERSION } from '../link/protocol.js';
import type { Fields, Message, Values } from '../link/record.js';
import type { Transport } from '../transports/transport.js';
import { decodeAnswer, nonsense } from './decode-answer.js';
import { ImageTooShortError, NoAnswerError, ProtocolVersionError } from './errors.js';
import { type LineStatistics, type RequestOptions, RequestQueue } from './request-queue.js';

export interface ConnectOptions {
  /** How long a board may take to start and say who it is, in ms. Default: 5000 */
  connectTimeoutMs?: number;
  /** How long the board may take over a short request, in ms. Default: 2000 */
  timeoutMs?: number;
  /**
   * How long it may take to load a pair, or to run the first image, in ms; later images get ten times as long as the
   * slowest one. Default: 30000
   */
  runTimeoutMs?: number;
  /** How often a request is sent again when it or its answer was lost. Default: 5 */
  retries?: number;
  /** What the board prints besides its frames: lines, or pieces of them. */
  onLog?: (text: string) => void;
  signal?: AbortSignal;
}

/** What the board says of one image. */
export interface Inference {
  /** Index of the largest logit; the first of equals. */
  label: number;
  /** How many logits the model has. */
  outputs: number;
  /** All of them, or the first ones where a frame does not hold all. */
  logits: Int32Array;
  /** CRC-32 of all logits as little-endian int32. */
  checksum: number;
  /** Of the board's clock; `welcome.ticksPerSecond` of them make a second. */
  ticks: number;
}

/** Where a board's time and memory go. */
export interface Profile {
  /** Of each layer, in order; `welcome.ticksPerSecond` of them make a second. */
  ticks: Uint32Array;
  /** Most of the stack that was in use since the board started; 0 if it does not know. */
  stackBytes: number;
  /** What the interpreter takes beside the engine's memory; 0 if the board does not know. */
  interpreterBytes: number;
}

/** The interval between HELLOs while a board starts: the first ones may come before it listens. */
const HELLO_INTERVAL_MS = 250;

/** A board at the end of a line: its requests as functions. */
export class BoardClient {
  private images = Math.floor(Math.random() * 0x100000000);
  private latestWelcome!: messages.Welcome;
  /** Of all inferences with the active pair, from asking to the answer, waiting for others included. */
  private slowestMs?: number;

  private constructor(
    private readonly transport: Transport,
    private readonly queue: RequestQueue,
    private readonly options: Required<Pick<ConnectOptions, 'timeoutMs' | 'runTimeoutMs' | 'retries'>>,
  ) {}

  /**
   * Says hello until the board answers. The client owns the line from here on, also if this fails.
   *
   * @throws {NoAnswerError} if nothing comes
   * @throws {NonsenseError} if what comes is no answer
   * @throws {ProtocolVersionError} if the board speaks another version
   * @throws {LineLostError} if the line ends
   */
  static async connect(transport: Transport, options: ConnectOptions = {}): Promise<BoardClient> {
    const { connectTimeoutMs = 5000, timeoutMs = 2000, runTimeoutMs = 30000, retries = 5, signal } = options;
    const queue = new RequestQueue(transport, options.onLog);
    const client = new BoardClient(transport, queue, { timeoutMs, runTimeoutMs, retries });
    const tries = Math.max(1, Math.ceil(connectTimeoutMs / HELLO_INTERVAL_MS));
    try {
      await client.sayHello({ timeoutMs: connectTimeoutMs / tries, retries: tries - 1, signal });
    } catch (error) {
      await transport.close();
      throw error;
    }
    return client;
  }

  /** What the board last said of itself. */
  get welcome(): messages.Welcome {
    return this.latestWelcome;
  }

  /** The name of the port. */
  get port(): string {
    return this.transport.name;
  }

  get statistics(): LineStatistics {
    return this.queue.statistics;
  }

  /** Asks the board who it is and what is active on it. */
  hello(signal?: AbortSignal): Promise<messages.Welcome> {
    return this.sayHello(this.short(signal));
  }

  /**
   * Announces an upload.
   *
   * @param slot SLOT_ENGINE or SLOT_MODEL
   * @returns the offset from which the board lacks bytes; `length` if it has them all
   * @throws {BoardError} if the board cannot store so much
   */
  async put(slot: number, length: number, digest: Uint8Array, signal?: AbortSignal): Promise<number> {
    const payload = messages.PUT.encode({ slot, length, digest });
    return (await this.ask(messages.PUT, payload, messages.WANTED, this.short(signal))).offset;
  }

  /** The most bytes of an upload that fit one {@link data}. */
  get dataBytes(): number {
    return this.welcome.maxPayload - messages.DATA.fixedBytes;
  }

  /**
   * Sends bytes of an upload; the board takes them if they are the ones that it wants next.
   *
   * @returns the offset from which the board lacks bytes now
   * @throws {BoardError} if the upload is whole but its digest is wrong
   */
  async data(slot: number, offset: number, bytes: Uint8Array, signal?: AbortSignal): Promise<number> {
    const payload = messages.DATA.encode({ slot, offset, bytes });
    return (await this.ask(messages.DATA, payload, messages.WANTED, this.short(signal))).offset;
  }

  /**
   * Switches to an engine and a model that the board holds.
   *
   * @throws {BoardError} if they do not load; then the pair that was active still is
   */
  async activate(engineDigest: Uint8Array, modelDigest: Uint8Array, signal?: AbortSignal): Promise<void> {
    const payload = messages.ACTIVATE.encode({ engineDigest, modelDigest });
    this.slowestMs = undefined;
    await this.ask(messages.ACTIVATE, payload, messages.ACTIVATED, this.long(signal));
  }

  /**
   * Runs the active model on one image. Several may be under way: the board's answers come in order.
   *
   * @param image as many bytes as the model's input, channels last
   * @throws {BoardError} if there is no model or the image is too long
   * @throws {ImageTooShortError}
   */
  async infer(image: Uint8Array, signal?: AbortSignal): Promise<Inference> {
    const id = this.nextImage();
    const pieces = this.piecesOf(image, messages.INFER, (offset, bytes) => ({ image: id, offset, bytes }));
    const start = performance.now();
    const options = { ...this.long(signal), timeoutMs: this.inferTimeoutMs };
    const result = await this.askWithImage(messages.INFER, pieces, messages.RESULT, image, options);
    this.slowestMs = Math.max(this.slowestMs ?? 0, performance.now() - start);
    return result;
  }

  /**
   * Runs the active model on one image, layer by layer.
   *
   * @returns CRC-32 of each layer's output tensor, in order
   * @throws as {@link infer}
   */
  async trace(image: Uint8Array, signal?: AbortSignal): Promise<Uint32Array> {
    return this.eachLayer(messages.TRACE, messages.LAYERS, image, ({ checksums }) => checksums, signal);
  }

  /**
   * Runs the active model on one image, layer by layer, by the board's clock.
   *
   * @throws as {@link infer}
   */
  async profile(image: Uint8Array, signal?: AbortSignal): Promise<Profile> {
    let memory = { stackBytes: 0, interpreterBytes: 0 };
    const take = ({ ticks, ...answer }: Values<typeof messages.TIMES.fields>) => {
      memory = { stackBytes: answer.stackBytes, interpreterBytes: answer.interpreterBytes };
      return ticks;
    };
    const ticks = await this.eachLayer(messages.PROFILE, messages.TIMES, image, take, signal);
    return { ticks, ...memory };
  }

  /** Closes the line. */
  close(): Promise<void> {
    return this.transport.close();
  }

  /** Asks for a number of each layer, again and again where a frame does not hold all. */
  private async eachLayer<F extends typeof messages.LAYERS.fields | typeof messages.TIMES.fields>(
    request: typeof messages.TRACE | typeof messages.PROFILE,
    reply: Message<F>,
    image: Uint8Array,
    take: (answer: Values<F>) => Uint32Array,
    signal?: AbortSignal,
  ): Promise<Uint32Array> {
    const numbers: number[] = [];
    for (;;) {
      const id = this.nextImage();
      const first = numbers.length;
      const fields = (offset: number, bytes: Uint8Array) => ({ image: id, first, offset, bytes });
      const pieces = this.piecesOf(image, request, fields);
      const answer = await this.askWithImage(request, pieces, reply, image, this.long(signal));
      const some = take(answer);
      numbers.push(...some);
      if (numbers.length >= (answer as { layers: number }).layers) return Uint32Array.from(numbers);
      if (some.length === 0) throw nonsense(this.port, `${reply.name} without any layer`);
    }
  }

  private async sayHello(options: RequestOptions): Promise<messages.Welcome> {
    const payload = messages.HELLO.encode({ protocol: PROTOCOL_VERSION });
    const reply = await this.queue.request(messages.HELLO.type, payload, [messages.WELCOME.type], options);
    // The rest may be laid out otherwise in another version.
    const [low, high] = reply.payload;
    const version = low | (high << 8);
    if (high !== undefined && version !== PROTOCOL_VERSION) {
      throw new ProtocolVersionError(version, PROTOCOL_VERSION);
    }
    const welcome = this.read(messages.WELCOME, reply.payload);
    if (wireBytes(welcome.maxPayload) > welcome.windowBytes) {
      throw nonsense(this.port, `a window of ${welcome.windowBytes} bytes, less than its longest frame`);
    }
    this.queue.setCredits({ frames: welcome.windowFrames, bytes: welcome.windowBytes });
    this.latestWelcome = welcome;
    return welcome;
  }

  private async ask<F extends Fields>(
    request: Message,
    payload: Uint8Array,
    reply: Message<F>,
    options: RequestOptions,
  ): Promise<Values<F>> {
    return this.read(reply, (await this.queue.request(request.type, payload, [reply.type], options)).payload);
  }

  /** The payloads that carry an image, as long as the board takes them. */
  private piecesOf<F extends Fields>(
    image: Uint8Array,
    request: Message<F>,
    fields: (offset: number, bytes: Uint8Array) => Values<F>,
  ): Uint8Array[] {
    const size = this.welcome.maxPayload - request.fixedBytes;
    const count = Math.max(1, Math.ceil(image.length / size));
    return Array.from({ length: count }, (_, i) =>
      request.encode(fields(i * size, image.subarray(i * size, (i + 1) * size))),
    );
  }

  /**
   * A board puts an image together from pieces that follow one another, and another image's first piece starts it
   * afresh. So where one of several pieces is lost, all are sent again, in a row.
   */
  private async askWithImage<F extends Fields>(
    request: Message,
    pieces: Uint8Array[],
    reply: Message<F>,
    image: Uint8Array,
    { retries, ...options }: RequestOptions,
  ): Promise<Values<F>> {
    const whole = pieces.length === 1;
    const replies = [reply.type, messages.PARTIAL.type];
    const once = { ...options, retries: whole ? retries : 0 };
    for (let attempt = 0; ; attempt++) {
      const sent = pieces.map((piece) => this.queue.request(request.type, piece, replies, once));
      const settled = await Promise.allSettled(sent);
      const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      const fatal = failures.find((failure) => !(failure instanceof NoAnswerError));
      if (fatal !== undefined) throw fatal;
      const last = settled[settled.length - 1];
      if (last.status === 'fulfilled') {
        const { type, payload } = last.value;
        if (type === reply.type) return this.read(reply, payload);
        const { offset } = this.read(messages.PARTIAL, payload);
        if (offset === image.length) throw new ImageTooShortError(image.length);
      }
      if (whole || attempt === retries) {
        throw failures[0] ?? nonsense(this.port, 'parts of images that it was not asked for');
      }
    }
  }

  private read<F extends Fields>(message: Message<F>, payload: Uint8Array): Values<F> {
    return decodeAnswer(message, payload, this.port);
  }

  /** A lost answer should not cost more than it must: images of one model take about the same time. */
  private get inferTimeoutMs(): number {
    const { timeoutMs, runTimeoutMs } = this.options;
    if (this.slowestMs === undefined) return runTimeoutMs;
    return Math.min(runTimeoutMs, Math.max(timeoutMs, 10 * this.slowestMs));
  }

  private nextImage(): number {
    this.images = (this.images + 1) >>> 0;
    return this.images;
  }

  private short(signal?: AbortSignal): RequestOptions {
    return { timeoutMs: this.options.timeoutMs, retries: this.options.retries, signal };
  }

  private long(signal?: AbortSignal): RequestOptions {
    return { timeoutMs: this.options.runTimeoutMs, retries: this.options.retries, signal };
  }
}
