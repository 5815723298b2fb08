import {
  argmax,
  crc32,
  ENGINE_ABI,
  Engine,
  EngineError,
  ModelError,
  memoryRequirement,
  parseModel,
} from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';
import { reasonAgainst } from '../engine/validate-engine.js';
import { wordsToBytes } from '../link/bytes.js';
import * as protocol from '../link/protocol.js';
import { Fault } from './fault.js';

/** Ticks are microseconds. */
export const TICKS_PER_SECOND = 1_000_000;

export interface RunResult {
  classIndex: number;
  logits: Int32Array;
  checksum: number;
  ticks: number;
}

type MaybePromise<T> = T | Promise<T>;

/** A loaded pair. Every function throws a Fault. */
export interface EngineRunner {
  readonly inputBytes: number;
  run(image: Uint8Array): MaybePromise<RunResult>;
  /** Returns CRC-32 of each op's output tensor. */
  trace(image: Uint8Array): MaybePromise<Uint32Array>;
  /** Returns the duration of each op in ticks. */
  profile(image: Uint8Array): MaybePromise<Uint32Array>;
  /** Ends what runs. */
  close(): void;
}

/** Loads a pair. @throws {Fault} if it does not start, or needs more than `ramBytes` */
export type LoadRunner = (
  engine: Uint8Array,
  model: Uint8Array,
  ramBytes: number,
  signal?: AbortSignal,
) => Promise<EngineRunner>;

/** The active engine and model, in their own memory, run by the calling thread. */
export class Runner implements EngineRunner {
  private constructor(private readonly engine: Engine) {}

  /** Loads a pair. @throws {Fault} if it does not start, or needs more than `ramBytes` */
  static async load(engine: Uint8Array, model: Uint8Array, ramBytes: number): Promise<Runner> {
    const reason = reasonAgainst(engine);
    if (reason !== undefined) throw new Fault(protocol.ERROR_ENGINE, 0, reason);
    try {
      const instance = await Engine.instantiate(Uint8Array.from(engine), { maxMemoryBytes: ramBytes });
      if (instance.abi !== ENGINE_ABI) throw new Fault(protocol.ERROR_ENGINE_ABI, instance.abi);
      instance.load(model);
      return new Runner(instance);
    } catch (error) {
      throw loadingFault(error, model);
    }
  }

  get inputBytes(): number {
    return this.engine.inputBytes;
  }

  run(image: Uint8Array): RunResult {
    const start = ticksNow();
    const logits = trapped(() => this.engine.run(image));
    const ticks = ticksNow() - start;
    return { classIndex: argmax(logits), logits, checksum: crc32(wordsToBytes(logits)), ticks };
  }

  /** Returns CRC-32 of each op's output tensor. */
  trace(image: Uint8Array): Uint32Array {
    return trapped(() => this.engine.trace(image));
  }

  /** Returns the duration of each op in ticks. */
  profile(image: Uint8Array): Uint32Array {
    return Uint32Array.from(trapped(() => this.engine.profile(image, ticksNow)));
  }

  close(): void {}
}

const ticksNow = () => Math.round(performance.now() * (TICKS_PER_SECOND / 1000));

function loadingFault(error: unknown, model: Uint8Array): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof EngineError) return new Fault(protocol.ERROR_ENGINE);
  if (error instanceof ModelError) {
    if (error.number === layout.OUT_OF_MEMORY) {
      return new Fault(protocol.ERROR_OUT_OF_MEMORY, memoryRequirement(parseModel(model), 'mvp'));
    }
    return new Fault(protocol.ERROR_MODEL, error.number | ((error.op === undefined ? 0 : error.op + 1) << 8));
  }
  return new Fault(protocol.ERROR_TRAPPED);
}

function trapped<T>(run: () => T): T {
  try {
    return run();
  } catch {
    throw new Fault(protocol.ERROR_TRAPPED);
  }
}
