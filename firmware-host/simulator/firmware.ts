import { ENGINE_ABI } from '@bd-edge/sdk/internal';
import { sameDigest } from '../link/digest.js';
import { encodeFrame, type Frame, wireBytes } from '../link/frame.js';
import { FrameDecoder } from '../link/frame-decoder.js';
import * as messages from '../link/messages.js';
import * as protocol from '../link/protocol.js';
import { type Fields, MalformedMessageError, type Message, type Values } from '../link/record.js';
import { Fault } from './fault.js';
import { ImageBuffer } from './image-buffer.js';
import { ReceiveBuffer } from './receive-buffer.js';
import { type EngineRunner, TICKS_PER_SECOND } from './runner.js';
import type { Storage } from './storage.js';
import { type Pair, Store } from './store.js';
import { type Isolation, isolation } from './thread-runner.js';

/** The hardware of a simulated board. */
export interface BoardHardware {
  /** Bytes for the engine's memory: its own data, the model and the arena. */
  ramBytes: number;
  /** Bytes of an engine or a model that one bank holds. */
  bankBytes: number;
  /** Bytes of the longest payload. */
  maxPayload: number;
  /** The maximum number of requests without a reply. */
  windowFrames: number;
  board: string;
}

interface Reply {
  type: number;
  payload: Uint8Array;
}

const reply = <F extends Fields>(message: Message<F>, values: Values<F>): Reply => ({
  type: message.type,
  payload: message.encode(values),
});

const NO_DIGEST = new Uint8Array(protocol.DIGEST_BYTES);

/**
 * The program on the board from one reset to the next: link, store and runner, according to docs/link.md.
 * `receive` takes bytes at any time, like an interrupt; `transmit` sends bytes.
 */
export class Firmware {
  private readonly store: Store;
  private readonly received: ReceiveBuffer;
  private readonly decoder: FrameDecoder;
  private readonly image = new ImageBuffer();
  private frame?: Frame;
  private runner?: EngineRunner;
  private active?: Pair;
  private running = false;
  private readonly power = new AbortController();
  private readonly started: Promise<void>;

  constructor(
    private readonly hardware: BoardHardware,
    storage: Storage,
    private readonly transmit: (bytes: Uint8Array) => void,
    private readonly engines: Isolation = isolation(),
  ) {
    this.store = new Store(storage, hardware.bankBytes);
    this.received = new ReceiveBuffer(this.windowBytes);
    this.decoder = new FrameDecoder({ onFrame: (frame) => this.keep(frame) }, hardware.maxPayload);
    this.started = this.start();
  }

  /** Bytes that were lost because the host exceeded its credits and the receive buffer was full. */
  get overrunBytes(): number {
    return this.received.overrunBytes;
  }

  receive(bytes: Uint8Array): void {
    this.received.push(bytes);
    if (!this.running) void this.work();
  }

  /** Simulates a power loss: nothing is sent any more. */
  halt(): void {
    this.power.abort();
    this.runner?.close();
  }

  private get halted(): boolean {
    return this.power.signal.aborted;
  }

  private get windowBytes(): number {
    return this.hardware.windowFrames * wireBytes(this.hardware.maxPayload);
  }

  private async start(): Promise<void> {
    this.print(`bd-edge simulated board: ${this.hardware.ramBytes} bytes of RAM\r\n`);
    const pair = this.store.active;
    if (pair === undefined) return this.print('no model yet\r\n');
    try {
      await this.load(pair);
      this.print('model loaded\r\n');
    } catch (error) {
      this.print(`the active pair does not load: fault ${(error as Fault).code}\r\n`);
    }
  }

  private print(text: string): void {
    if (!this.halted) this.transmit(new TextEncoder().encode(text));
  }

  private keep(frame: Frame): void {
    this.frame = frame;
  }

  /** The main loop: handles one frame after the other. */
  private async work(): Promise<void> {
    this.running = true;
    await this.started;
    for (
      let piece = this.received.take();
      piece !== undefined && !this.halted;
      piece = this.received.take()
    ) {
      this.decoder.push(piece);
      const { frame } = this;
      if (frame === undefined) continue;
      this.frame = undefined;
      // Awaiting a reply that is there would cost a turn of the event loop.
      const pending = this.answer(frame);
      const { type, payload } = pending instanceof Promise ? await pending : pending;
      if (!this.halted) this.transmit(encodeFrame({ type, sequence: frame.sequence, payload }));
    }
    this.running = false;
  }

  private answer({ type, payload }: Frame): Reply | Promise<Reply> {
    try {
      switch (type) {
        case protocol.TYPE_HELLO:
          return this.hello();
        case protocol.TYPE_UPLOAD_BEGIN:
          return this.beginUpload(messages.UPLOAD_BEGIN.decode(payload));
        case protocol.TYPE_UPLOAD_CHUNK:
          return this.uploadChunk(messages.UPLOAD_CHUNK.decode(payload));
        case protocol.TYPE_ACTIVATE:
          return this.activate(messages.ACTIVATE.decode(payload)).catch(refusal);
        case protocol.TYPE_INFER:
          return refused(this.infer(messages.INFER.decode(payload)));
        case protocol.TYPE_TRACE:
          return refused(this.trace(messages.TRACE.decode(payload)));
        case protocol.TYPE_PROFILE:
          return refused(this.profile(messages.PROFILE.decode(payload)));
        default:
          throw new Fault(protocol.ERROR_UNKNOWN_TYPE, type);
      }
    } catch (error) {
      return refusal(error);
    }
  }

  /** Replies to HELLO of any version, so that the host learns this version. */
  private hello(): Reply {
    const { maxPayload, windowFrames, ramBytes, board } = this.hardware;
    return reply(messages.INFO, {
      protocol: protocol.PROTOCOL_VERSION,
      engineAbi: ENGINE_ABI,
      // The host's WebAssembly needs no native kernels.
      kernels: 0,
      maxPayload,
      windowFrames,
      windowBytes: this.windowBytes,
      ramBytes,
      weightsInPlace: 0,
      anyEngine: 1,
      ticksPerSecond: TICKS_PER_SECOND,
      engineDigest: this.active?.engineDigest ?? NO_DIGEST,
      modelDigest: this.active?.modelDigest ?? NO_DIGEST,
      board,
      interpreter: `the host's WebAssembly, ${this.engines.isThread ? 'in its own thread' : 'without a time limit'}`,
    });
  }

  private beginUpload({ slot, length, digest }: Values<typeof messages.UPLOAD_BEGIN.fields>): Reply {
    return reply(messages.UPLOAD_STATUS, { slot, offset: this.store.begin(slot, length, digest) });
  }

  private uploadChunk({ slot, offset, bytes }: Values<typeof messages.UPLOAD_CHUNK.fields>): Reply {
    return reply(messages.UPLOAD_STATUS, { slot, offset: this.store.append(slot, offset, bytes) });
  }

  private async activate(pair: Pair): Promise<Reply> {
    const before = this.active;
    if (before === undefined || !samePair(before, pair)) {
      try {
        await this.load(pair);
        // After a power loss the restarted board owns the storage.
        if (!this.halted) this.store.setActive(pair);
      } catch (error) {
        // The memory holds one pair only, so the previous one must be loaded again.
        if (before) await this.load(before);
        throw error;
      }
    }
    return reply(messages.ACTIVATED, {});
  }

  /** Loads a pair. After a failure, no pair is loaded. */
  private async load(pair: Pair): Promise<void> {
    const engine = this.store.find(protocol.SLOT_ENGINE, pair.engineDigest);
    if (engine === undefined) throw new Fault(protocol.ERROR_NOT_STAGED, protocol.SLOT_ENGINE);
    const model = this.store.find(protocol.SLOT_MODEL, pair.modelDigest);
    if (model === undefined) throw new Fault(protocol.ERROR_NOT_STAGED, protocol.SLOT_MODEL);
    this.runner?.close();
    this.runner = undefined;
    this.active = undefined;
    this.image.clear();
    const { signal } = this.power;
    this.runner = await this.engines.load(engine, model, this.hardware.ramBytes, signal);
    this.active = { engineDigest: pair.engineDigest.slice(), modelDigest: pair.modelDigest.slice() };
  }

  private infer({ image, offset, bytes }: Values<typeof messages.INFER.fields>): Reply | Promise<Reply> {
    const runner = this.requireRunner();
    const whole = this.image.take(image, offset, bytes, runner.inputBytes);
    if (typeof whole === 'number') return reply(messages.PARTIAL, { image, offset: whole });
    const room = this.room(messages.RESULT);
    return then(runner.run(whole), ({ classIndex, logits, checksum, ticks }) => {
      const outputs = logits.length;
      const first = logits.subarray(0, room);
      return reply(messages.RESULT, { image, ticks, checksum, classIndex, outputs, logits: first });
    });
  }

  private trace({
    image,
    first,
    offset,
    bytes,
  }: Values<typeof messages.TRACE.fields>): Reply | Promise<Reply> {
    const runner = this.requireRunner();
    const whole = this.image.take(image, offset, bytes, runner.inputBytes);
    if (typeof whole === 'number') return reply(messages.PARTIAL, { image, offset: whole });
    const room = this.room(messages.TRACE_RESULT);
    return then(runner.trace(whole), (all) => {
      const checksums = all.subarray(first, first + room);
      return reply(messages.TRACE_RESULT, { image, first, ops: all.length, checksums });
    });
  }

  private profile({
    image,
    first,
    offset,
    bytes,
  }: Values<typeof messages.PROFILE.fields>): Reply | Promise<Reply> {
    const runner = this.requireRunner();
    const whole = this.image.take(image, offset, bytes, runner.inputBytes);
    if (typeof whole === 'number') return reply(messages.PARTIAL, { image, offset: whole });
    const room = this.room(messages.PROFILE_RESULT);
    return then(runner.profile(whole), (all) => {
      const ticks = all.subarray(first, first + room);
      // The memory of the host's runtime says nothing about a board.
      const memory = { stackBytes: 0, interpreterBytes: 0 };
      return reply(messages.PROFILE_RESULT, { image, first, ...memory, ops: all.length, ticks });
    });
  }

  /** Returns how many 32-bit numbers fit a frame of this message. */
  private room({ fixedBytes }: Message): number {
    return Math.floor((this.hardware.maxPayload - fixedBytes) / 4);
  }

  private requireRunner(): EngineRunner {
    if (this.runner === undefined) throw new Fault(protocol.ERROR_NOTHING_ACTIVE);
    return this.runner;
  }
}

const samePair = (a: Pair, b: Pair): boolean =>
  sameDigest(a.engineDigest, b.engineDigest) && sameDigest(a.modelDigest, b.modelDigest);

/** Applies a function to a value, at once if it is there. */
function then<T>(value: T | Promise<T>, use: (value: T) => Reply): Reply | Promise<Reply> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** Turns the rejection of a promise into an ERROR. */
function refused(answer: Reply | Promise<Reply>): Reply | Promise<Reply> {
  return answer instanceof Promise ? answer.catch(refusal) : answer;
}

/** Returns the ERROR for an exception; unknown exceptions come from the storage. */
function refusal(error: unknown): Reply {
  if (error instanceof Fault)
    return reply(messages.ERROR, { code: error.code, detail: error.detail, reason: error.reason });
  const code = error instanceof MalformedMessageError ? protocol.ERROR_MALFORMED : protocol.ERROR_STORE;
  const reason = error instanceof Error ? error.message.replace(/[^ -~]/g, '?') : '';
  return reply(messages.ERROR, { code, detail: 0, reason: reason.slice(0, protocol.MAX_TEXT_BYTES) });
}
