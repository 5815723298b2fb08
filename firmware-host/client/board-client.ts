import { DeviceError } from '@bd-edge/sdk/internal';
import { sameDigest } from '../link/digest.js';
import * as messages from '../link/messages.js';
import { MIN_PAYLOAD, PROTOCOL_MAJOR, PROTOCOL_VERSION } from '../link/protocol.js';
import type { Fields, Message, Values } from '../link/record.js';
import type { Transport } from '../transports/transport.js';
import { decodeAnswer } from './decode-answer.js';
import { requestWithImage } from './image-request.js';
import type { ModelShape } from './model-shape.js';
import { RequestQueue, type TransportStatistics } from './request-queue.js';
import type { RequestOptions } from './request-window.js';
import { requireAnswer, requireEcho, requireInfo, requireResult } from './require-answer.js';

export interface ConnectOptions {
  /** Time for the board to start and respond, in ms. Default: 5000 */
  connectTimeoutMs?: number;
  /** Time for a short request, in ms. Default: 2000 */
  timeoutMs?: number;
  /**
   * Time to load a model or to run the first image, in ms. Later images get ten times as long as the slowest one.
   * Default: 30000
   */
  runTimeoutMs?: number;
  /** How often a request is sent again if it or its reply is lost. Default: 5 */
  retries?: number;
  /** Receives the text that the board prints besides its frames, in lines or pieces of lines. */
  onLog?: (text: string) => void;
  /** Called once if the transport returns what is sent, as some adapters do. The board's replies come behind it. */
  onEcho?: () => void;
  signal?: AbortSignal;
}

/** A board's result for one image. */
export interface Inference {
  /** The index of the largest logit; the first of equal ones. */
  classIndex: number;
  /** The number of logits of the model. */
  outputs: number;
  /** All logits, or the first ones if a frame does not hold all. */
  logits: Int32Array;
  /** CRC-32 of all logits as little-endian int32. */
  checksum: number;
  /** The duration in ticks of the board's clock; `info.ticksPerSecond` is its rate. */
  ticks: number;
}

/** A board's use of time and memory. */
export interface Profile {
  /** The duration of each op in ticks; `info.ticksPerSecond` is the rate. */
  ticks: Uint32Array;
  /** The peak of the stack since the board started; 0 if unknown. */
  stackBytes: number;
  /** Bytes that the interpreter uses besides the engine's memory; 0 if unknown. */
  interpreterBytes: number;
}

/** The interval between HELLOs while a board starts: it may miss the first ones. */
const HELLO_INTERVAL_MS = 250;

/**
 * The requests of the link as functions. Every field of a reply is checked against the request, the other replies and,
 * after {@link expectModel}, the model; the board is not trusted.
 */
export class BoardClient {
  private images = Math.floor(Math.random() * 0x100000000);
  private latestInfo?: messages.BoardInfo;
  private model?: ModelShape;
  /** The sizes in earlier replies for the active pair. */
  private seen: { outputs?: number; ops?: number } = {};
  /** The longest inference with the active pair, from the request to the reply, including time in the queue. */
  private slowestMs?: number;

  private constructor(
    private readonly transport: Transport,
    private readonly queue: RequestQueue,
    private readonly options: Required<Pick<ConnectOptions, 'timeoutMs' | 'runTimeoutMs' | 'retries'>>,
  ) {}

  /**
   * Sends HELLO until the board responds. The client owns the transport and closes it, also after a failure.
   *
   * @throws {DeviceError} `no-response` if nothing is received
   * @throws {InvalidResponseError} if the received bytes are not a valid reply
   * @throws {DeviceError} `incompatible-protocol` if the board has another major version
   * @throws {ConnectionLostError} if the connection ends
   */
  static async connect(transport: Transport, options: ConnectOptions = {}): Promise<BoardClient> {
    const { connectTimeoutMs = 5000, timeoutMs = 2000, runTimeoutMs = 30000, retries = 5, signal } = options;
    const queue = new RequestQueue(transport, options.onLog, options.onEcho);
    const client = new BoardClient(transport, queue, { timeoutMs, runTimeoutMs, retries });
    const tries = Math.max(1, Math.ceil(connectTimeoutMs / HELLO_INTERVAL_MS));
    try {
      await client.requestInfo({ timeoutMs: connectTimeoutMs / tries, retries: tries - 1, signal });
    } catch (error) {
      await transport.close();
      throw error;
    }
    return client;
  }

  /** The board's latest description of itself. */
  get info(): messages.BoardInfo {
    // `connect` returns a client after its first INFO.
    return this.latestInfo as messages.BoardInfo;
  }

  /** Sets the sizes that replies must have while the board runs this model. */
  expectModel(model: ModelShape): void {
    this.model = model;
  }

  /** The address of the transport. */
  get port(): string {
    return this.transport.name;
  }

  get statistics(): TransportStatistics {
    return this.queue.statistics;
  }

  /** Asks the board for its description and its active pair. */
  hello(signal?: AbortSignal): Promise<messages.BoardInfo> {
    return this.requestInfo(this.short(signal));
  }

  /**
   * Announces an upload.
   *
   * @param slot SLOT_ENGINE or SLOT_MODEL
   * @returns the first offset that the board does not have; `length` if it has everything
   * @throws {BoardError} if the board cannot store the upload
   */
  async beginUpload(slot: number, length: number, digest: Uint8Array, signal?: AbortSignal): Promise<number> {
    const payload = messages.UPLOAD_BEGIN.encode({ slot, length, digest });
    return this.askForOffset(messages.UPLOAD_BEGIN, payload, slot, signal);
  }

  /** The maximum number of bytes for {@link uploadChunk}. */
  get chunkBytes(): number {
    return this.info.maxPayload - messages.UPLOAD_CHUNK.fixedBytes;
  }

  /**
   * Sends bytes of an upload. The board stores them if `offset` is the one that it expects.
   *
   * @returns the offset that the board expects next
   * @throws {BoardError} if the upload is complete but its digest is wrong
   */
  async uploadChunk(slot: number, offset: number, bytes: Uint8Array, signal?: AbortSignal): Promise<number> {
    const payload = messages.UPLOAD_CHUNK.encode({ slot, offset, bytes });
    return this.askForOffset(messages.UPLOAD_CHUNK, payload, slot, signal);
  }

  /**
   * Switches to an engine and a model that the board has.
   *
   * @throws {BoardError} if they do not load; the previous pair is then still active
   */
  async activate(engineDigest: Uint8Array, modelDigest: Uint8Array, signal?: AbortSignal): Promise<void> {
    const payload = messages.ACTIVATE.encode({ engineDigest, modelDigest });
    this.forgetRuns();
    await this.ask(messages.ACTIVATE, payload, messages.ACTIVATED, this.long(signal));
  }

  /**
   * Runs the active model on one image. Several calls may be in progress; their replies come in order.
   *
   * @param image the bytes of the model's input, channels last
   * @throws {BoardError} if no model is active or the image is too long
   * @throws {FileError} `image-too-short`
   */
  async infer(image: Uint8Array, signal?: AbortSignal): Promise<Inference> {
    const id = this.nextImage();
    const start = performance.now();
    const options = { ...this.long(signal), timeoutMs: this.inferTimeoutMs };
    const fields = (offset: number, bytes: Uint8Array) => ({ image: id, offset, bytes });
    const result = await this.askWithImage(messages.INFER, messages.RESULT, image, id, fields, options);
    requireResult(this.port, result);
    this.requireSameCount('RESULT', 'outputs', result.outputs);
    this.slowestMs = Math.max(this.slowestMs ?? 0, performance.now() - start);
    return result;
  }

  /**
   * Runs the active model on one image, op by op.
   *
   * @returns CRC-32 of each op's output tensor, in order
   * @throws as {@link infer}
   */
  async trace(image: Uint8Array, signal?: AbortSignal): Promise<Uint32Array> {
    const { TRACE, TRACE_RESULT } = messages;
    return this.eachOp(TRACE, TRACE_RESULT, image, ({ checksums }) => checksums, signal);
  }

  /**
   * Runs the active model on one image, op by op, and measures time and memory.
   *
   * @throws as {@link infer}
   */
  async profile(image: Uint8Array, signal?: AbortSignal): Promise<Profile> {
    const { PROFILE, PROFILE_RESULT } = messages;
    let memory = { stackBytes: 0, interpreterBytes: 0 };
    const take = ({ ticks, ...answer }: Values<typeof PROFILE_RESULT.fields>) => {
      memory = { stackBytes: answer.stackBytes, interpreterBytes: answer.interpreterBytes };
      return ticks;
    };
    const ticks = await this.eachOp(PROFILE, PROFILE_RESULT, image, take, signal);
    return { ticks, ...memory };
  }

  /** Closes the transport. */
  close(): Promise<void> {
    return this.transport.close();
  }

  /** Collects one number for each op, with further requests if a frame does not hold all. */
  private async eachOp<F extends typeof messages.TRACE_RESULT.fields | typeof messages.PROFILE_RESULT.fields>(
    request: typeof messages.TRACE | typeof messages.PROFILE,
    reply: Message<F>,
    image: Uint8Array,
    take: (answer: Values<F>) => Uint32Array,
    signal?: AbortSignal,
  ): Promise<Uint32Array> {
    const { port } = this;
    // Every board can send this many, so the number of requests has a limit.
    const room = Math.floor((MIN_PAYLOAD - reply.fixedBytes) / 4);
    const numbers: number[] = [];
    for (;;) {
      const id = this.nextImage();
      const first = numbers.length;
      const fields = (offset: number, bytes: Uint8Array) => ({ image: id, first, offset, bytes });
      const answer = await this.askWithImage(request, reply, image, id, fields, this.long(signal));
      const { ops, first: start } = answer as { ops: number; first: number };
      requireEcho(port, `${reply.name}.first`, start, first);
      this.requireSameCount(reply.name, 'ops', ops);
      const some = take(answer);
      const left = ops - first;
      requireAnswer(
        port,
        some.length <= left && some.length >= Math.min(left, room),
        () => `${reply.name} has ${some.length} of ${left} ops`,
      );
      numbers.push(...some);
      if (numbers.length === ops) return Uint32Array.from(numbers);
    }
  }

  private async requestInfo(options: RequestOptions): Promise<messages.BoardInfo> {
    const payload = messages.HELLO.encode({ protocol: PROTOCOL_VERSION });
    const reply = await this.queue.request(messages.HELLO.type, payload, [messages.INFO.type], options);
    // The other fields may differ in another major version.
    const [major, minor] = reply.payload;
    if (minor !== undefined && major !== PROTOCOL_MAJOR) throw this.incompatible(major);
    const info = decodeAnswer(messages.INFO, reply.payload, this.port);
    const before = this.latestInfo;
    requireInfo(this.port, info, before);
    if (before && !samePair(info, before)) this.forgetRuns();
    this.queue.setCredits({ frames: info.windowFrames, bytes: info.windowBytes });
    this.latestInfo = info;
    return info;
  }

  private incompatible(major: number): DeviceError {
    const update = major < PROTOCOL_MAJOR ? "the board's firmware" : 'bd-edge';
    return new DeviceError(
      'incompatible-protocol',
      `The board uses version ${major} of the link protocol; this release supports version ${PROTOCOL_MAJOR}. ` +
        `Update ${update}.`,
      { port: this.port },
    );
  }

  private async ask<F extends Fields>(
    request: Message,
    payload: Uint8Array,
    reply: Message<F>,
    options: RequestOptions,
  ): Promise<Values<F>> {
    const answer = await this.queue.request(request.type, payload, [reply.type], options);
    return decodeAnswer(reply, answer.payload, this.port);
  }

  private async askForOffset(
    request: Message,
    payload: Uint8Array,
    slot: number,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const answer = await this.ask(request, payload, messages.UPLOAD_STATUS, this.short(signal));
    requireEcho(this.port, 'UPLOAD_STATUS.slot', answer.slot, slot);
    return answer.offset;
  }

  private askWithImage<Request extends Fields, Reply extends Fields>(
    request: Message<Request>,
    reply: Message<Reply>,
    image: Uint8Array,
    id: number,
    fields: (offset: number, bytes: Uint8Array) => Values<Request>,
    options: RequestOptions,
  ): Promise<Values<Reply>> {
    const { maxPayload } = this.info;
    const hasInputSize = image.length === this.activeModel?.inputBytes;
    const imageRequest = { request, reply, image, id, maxPayload, fields, hasInputSize };
    return requestWithImage(this.queue, this.port, imageRequest, options);
  }

  /** The sizes of the active model, if they are known. */
  private get activeModel(): ModelShape | undefined {
    return this.model && sameDigest(this.model.digest, this.info.modelDigest) ? this.model : undefined;
  }

  /** Checks a size against the active model and against earlier replies. */
  private requireSameCount(message: string, field: 'outputs' | 'ops', count: number): void {
    const expected = this.activeModel?.[field] ?? this.seen[field] ?? count;
    requireEcho(this.port, `${message}.${field}`, count, expected);
    this.seen[field] = count;
  }

  /** Called when another pair becomes active. */
  private forgetRuns(): void {
    this.slowestMs = undefined;
    this.seen = {};
  }

  /** Images of one model take about the same time, so a lost reply does not cost the full timeout. */
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

const samePair = (a: messages.BoardInfo, b: messages.BoardInfo): boolean =>
  sameDigest(a.engineDigest, b.engineDigest) && sameDigest(a.modelDigest, b.modelDigest);
