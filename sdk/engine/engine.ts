import { ENGINE_ABI, OUT_OF_MEMORY, VALID } from '../../assembly/layout.js';
import { EngineError } from '../errors.js';
import type { Metadata } from '../format/graph.js';
import { parseHeader } from '../format/header.js';
import { ModelError } from '../format/model-error.js';
import { parseMetadata } from '../format/parse.js';
import { compileEngine, type EngineSource } from './compile.js';
import { checkImage, type ImageShape } from './image.js';
import { checkThreads, sharedMemory, Team } from './team.js';
import { bestBuild, compileBuild } from './wasm.js';

/** The exports of assembly/index.ts. */
interface EngineExports {
  memory: WebAssembly.Memory;
  abi(): number;
  reserve(modelBytes: number): number;
  loadModel(modelBytes: number): number;
  staticEnd(): number;
  memoryUsed(): number;
  opCount(): number;
  tensorAddress(tensor: number): number;
  tensorSize(tensor: number): number;
  runOp(index: number): void;
  run(): void;
  tensorChecksum(tensor: number): number;
}

/** The additional exports of assembly/threads.ts. */
interface TeamExports {
  setThreads(count: number): void;
  callTeam(): void;
  restTeam(): void;
  batchImages(): number;
  imageAddress(place: number): number;
  logitsAddress(place: number): number;
  runImages(count: number): void;
}

const PATIENCE_MS = 10_000;

/** The part of a model's file that its users need. */
export interface ModelFacts {
  input: ImageShape;
  outputScale: number;
  metadata: Metadata;
}

export interface EngineOptions {
  /**
   * The limit of the engine's linear memory in bytes. Default: the limit of the runtime. A model is
   * rejected before memory grows if its file and arena exceed the limit, and after that if its kernels
   * need more than is left.
   */
  maxMemoryBytes?: number;
  /** The number of threads, including the caller's. Default: 1. */
  threads?: number;
  /**
   * How long to wait for a thread that does not answer, in ms; after that the network is closed. Default:
   * 10,000.
   */
  patienceMs?: number;
}

/**
 * One instance of the wasm engine, which holds at most one model: a thin layer over the functions of the
 * wasm. Applications use {@link load}.
 */
export class Engine {
  readonly abi: number;
  readonly #wasm: EngineExports;
  readonly #team?: Team;
  readonly #maxMemoryBytes: number;
  #opCount = 0;
  #facts?: ModelFacts;
  /** Views of the image and the logits in linear memory, which does not grow after a model is loaded. */
  #image = new Uint8Array();
  #logits = new Int32Array();

  private constructor(wasm: EngineExports, options: EngineOptions, team?: Team) {
    this.#wasm = wasm;
    this.#team = team;
    this.abi = wasm.abi();
    this.#maxMemoryBytes = options.maxMemoryBytes ?? Infinity;
  }

  /**
   * Compiles and starts an engine.
   *
   * @param wasm the engine or its source; default: the fastest build that this runtime can run
   * @throws {FileError} `unreadable` if the engine cannot be read
   * @throws {EngineError} if the wasm is not an engine of this version, or cannot run here (docs/runtimes.md)
   * @throws {UsageError} `invalid-threads`
   */
  static async instantiate(wasm?: EngineSource, options: EngineOptions = {}): Promise<Engine> {
    const threads = checkThreads(options.threads ?? 1);
    const build = threads > 1 ? 'simd-threads' : bestBuild();
    const module = wasm === undefined ? await compileBuild(build) : await compileEngine(wasm);
    const shared = WebAssembly.Module.imports(module).some(({ kind }) => kind === 'memory');
    if (threads > 1 && !shared) {
      throw new EngineError(
        'single-threaded-engine',
        `The engine runs on one thread; received ${threads} threads: use the simd-threads build.`,
      );
    }
    const memory = shared ? sharedMemory(options.maxMemoryBytes ?? Infinity) : undefined;
    let team: Team | undefined;
    const imports: WebAssembly.Imports = memory
      ? { env: { memory }, 'threads-host': { stalled: (round: number) => team?.stalled(round) } }
      : {};
    let exports: EngineExports & TeamExports;
    try {
      exports = (await WebAssembly.instantiate(module, imports)).exports as unknown as typeof exports;
    } catch (cause) {
      throw new EngineError('not-started', `The engine does not start here: ${(cause as Error).message}.`, {
        cause,
      });
    }
    const needed = ['abi', 'reserve', 'loadModel', 'run'] as const;
    if (needed.some((name) => typeof exports[name] !== 'function')) {
      throw new EngineError(
        'not-an-engine',
        'The wasm file is not a bd-edge engine; use the one that ships with @bd-edge/sdk.',
      );
    }
    const abi = exports.abi();
    if (abi !== ENGINE_ABI) {
      throw new EngineError(
        'wrong-abi',
        `The engine has ABI version ${abi}, this package needs ${ENGINE_ABI}; use the engine that ships with it.`,
      );
    }
    if (memory && threads > 1) {
      exports.setThreads(threads);
      team = await Team.start(module, memory, threads, options.patienceMs ?? PATIENCE_MS);
    }
    return new Engine(exports, options, team);
  }

  /**
   * Validates a `.bdm` and prepares to run it. After an error no model is loaded.
   *
   * @throws {ModelError} if the buffer is not valid or needs more memory than allowed
   */
  load(model: Uint8Array): void {
    this.#opCount = 0;
    if (this.#maxMemoryBytes < Infinity) {
      // Checked before memory grows, because it never shrinks. The needs of the kernels are known only
      // after loading.
      const known = (this.#wasm.reserve(0) >>> 0) + model.length + parseHeader(model).arenaBytes;
      if (known > this.#maxMemoryBytes) throw new ModelError(OUT_OF_MEMORY);
    }
    const address = this.#wasm.reserve(model.length) >>> 0;
    if (address === 0) throw new ModelError(OUT_OF_MEMORY);
    this.#view(address, model.length).set(model);
    const answer = this.#wasm.loadModel(model.length);
    if (answer !== VALID) throw ModelError.fromEngine(answer);
    if (this.memoryUsed > this.#maxMemoryBytes) throw new ModelError(OUT_OF_MEMORY);
    const header = parseHeader(model);
    const { input, outputScale } = header;
    // The wasm does not read the metadata.
    const metadata = parseMetadata(model, header) ?? {};
    this.#facts = { input, outputScale, metadata };
    this.#opCount = this.#wasm.opCount();
    this.#image = this.#view(this.#wasm.tensorAddress(0), this.#wasm.tensorSize(0));
    const count = this.#wasm.tensorSize(this.#opCount) / Int32Array.BYTES_PER_ELEMENT;
    this.#logits = this.#integers(this.#wasm.tensorAddress(this.#opCount), count);
  }

  /**
   * Returns the facts that the file states about the loaded model.
   *
   * @throws {EngineError} `no-model`
   */
  get facts(): ModelFacts {
    if (this.#opCount === 0 || !this.#facts) throw noModel();
    return this.#facts;
  }

  /** The number of ops of the loaded model; 0 while none is loaded. */
  get opCount(): number {
    return this.#opCount;
  }

  /** The bytes of an image. */
  get inputBytes(): number {
    return this.#image.length;
  }

  /** The number of logits. */
  get outputCount(): number {
    return this.#logits.length;
  }

  /** The linear memory that engine and model use, in bytes; see {@link memoryRequirement}. */
  get memoryUsed(): number {
    return this.#wasm.memoryUsed() >>> 0;
  }

  /**
   * Runs the loaded model on one image.
   *
   * @param image `inputBytes` bytes, channels last
   * @returns the integer logits, a copy
   * @throws {ImageError} `wrong-image-type` or `wrong-image-size`
   */
  run(image: Uint8Array): Int32Array {
    this.#setImage(image);
    this.#wasm.run();
    return this.#logits.slice();
  }

  /**
   * Runs the loaded model on many images; with threads, on several at once.
   *
   * @param images of `inputBytes` bytes each, channels last
   * @returns the integer logits of each, copies
   * @throws {ImageError} `wrong-image-type` or `wrong-image-size`, before any image is run
   * @throws {EngineError} `thread-lost` if a thread is gone
   */
  runBatch(images: readonly Uint8Array[]): Int32Array[] {
    for (const image of images) this.#check(image);
    if (!this.#team) return images.map((image) => this.run(image));
    const wasm = this.#wasm as EngineExports & TeamExports;
    const logits: Int32Array[] = [];
    const batch = wasm.batchImages();
    wasm.callTeam();
    while (logits.length < images.length) {
      const some = images.slice(logits.length, logits.length + batch);
      some.forEach((image, place) => {
        this.#view(wasm.imageAddress(place), image.length).set(image);
      });
      wasm.runImages(some.length);
      for (const place of some.keys()) {
        logits.push(this.#integers(wasm.logitsAddress(place), this.#logits.length).slice());
      }
    }
    wasm.restTeam();
    return logits;
  }

  /** Ends the engine's threads, if it has any. After that it cannot run. */
  close(): void {
    this.#team?.close();
  }

  /** Runs one image op by op. @returns the CRC-32 of each op's output tensor, as it lies in the arena */
  trace(image: Uint8Array): Uint32Array {
    return Uint32Array.from(this.#eachOutput(image, (tensor) => this.#wasm.tensorChecksum(tensor)));
  }

  /** Runs one image op by op. @returns a copy of each op's output tensor, as it lies in the arena */
  layers(image: Uint8Array): Uint8Array[] {
    return this.#eachOutput(image, (tensor) =>
      this.#view(this.#wasm.tensorAddress(tensor), this.#wasm.tensorSize(tensor)).slice(),
    );
  }

  /** Runs one image op by op. @returns the time that each op takes, by `clock` */
  profile(image: Uint8Array, clock: () => number): number[] {
    let before = clock();
    return this.#eachOutput(image, () => {
      const now = clock();
      const spent = now - before;
      before = clock();
      return spent;
    });
  }

  #eachOutput<T>(image: Uint8Array, take: (tensor: number) => T): T[] {
    this.#setImage(image);
    const wasm = this.#wasm as EngineExports & Partial<TeamExports>;
    wasm.callTeam?.();
    const taken = Array.from({ length: this.#opCount }, (_, op) => {
      wasm.runOp(op);
      return take(op + 1);
    });
    wasm.restTeam?.();
    return taken;
  }

  #setImage(image: Uint8Array): void {
    this.#check(image);
    this.#image.set(image);
  }

  #check(image: Uint8Array): void {
    this.#team?.check();
    if (this.#opCount === 0) throw noModel();
    checkImage(image, this.#image.length);
  }

  #view(address: number, bytes: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#wasm.memory.buffer as ArrayBuffer, address >>> 0, bytes);
  }

  #integers(address: number, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array<ArrayBuffer>(this.#wasm.memory.buffer as ArrayBuffer, address >>> 0, count);
  }
}

function noModel(): EngineError {
  return new EngineError('no-model', 'The engine has no model; load one before running an image.');
}
