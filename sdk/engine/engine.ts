import { ENGINE_ABI, OUT_OF_MEMORY, VALID } from '../../assembly/layout.js';
import { parseHeader } from '../format/header.js';
import { ModelError } from '../format/model-error.js';
import { compileEngine, type EngineSource } from './compile.js';
import { checkImage, EngineError } from './errors.js';
import { checkThreads, sharedMemory, Team } from './team.js';
import { bestBuild, compileBuild } from './wasm.js';

/** What assembly/index.ts exports. */
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

/** What assembly/threads.ts exports besides. */
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

export interface EngineOptions {
  /**
   * Most linear memory that a model may make the engine take, in bytes; default: what the runtime allows. A model whose
   * file and arena are more is refused before any is taken, one that is over it by what its kernels need, after.
   */
  maxMemoryBytes?: number;
  /** How many threads an engine with threads runs on, the caller's included. Default: 1. */
  threads?: number;
  /** How long to wait for a thread that does not answer before the network is given up, in ms. Default: 10,000. */
  patienceMs?: number;
}

/**
 * One instance of the wasm engine, which holds at most one model. This is the thin layer over the wasm's functions;
 * applications want {@link load}.
 */
export class Engine {
  readonly abi: number;
  readonly #wasm: EngineExports;
  readonly #team?: Team;
  readonly #maxMemoryBytes: number;
  #opCount = 0;
  /** Where the image goes and the logits come: the memory does not grow once a model is loaded. */
  #image = new Uint8Array();
  #logits = new Int32Array();

  private constructor(wasm: EngineExports, options: EngineOptions, team?: Team) {
    this.#wasm = wasm;
    this.#team = team;
    this.abi = wasm.abi();
    this.#maxMemoryBytes = options.maxMemoryBytes ?? Infinity;
  }

  /**
   * @param wasm the engine, or where it comes from; default: the fastest build that this runtime can run
   * @throws {SourceError} if the engine cannot be read
   * @throws {EngineError} if it is not wasm, not an engine, or an engine of another version; if threads are asked for,
   *   and the engine has none, or there are none here
   * @throws {ThreadLostError} if a thread does not start
   */
  static async instantiate(wasm?: EngineSource, options: EngineOptions = {}): Promise<Engine> {
    const threads = checkThreads(options.threads ?? 1);
    const build = threads > 1 ? 'simd-threads' : bestBuild();
    const module = wasm === undefined ? await compileBuild(build) : await compileEngine(wasm);
    const shared = WebAssembly.Module.imports(module).some(({ kind }) => kind === 'memory');
    if (threads > 1 && !shared) {
      throw new EngineError(
        `${threads} threads were asked for but the engine has none; use the simd-threads build.`,
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
      throw new EngineError(`The engine does not start here: ${(cause as Error).message}.`, { cause });
    }
    const needed = ['abi', 'reserve', 'loadModel', 'run'] as const;
    if (needed.some((name) => typeof exports[name] !== 'function')) {
      throw new EngineError(
        'The wasm file is not a bd-edge engine; use the one that ships with the package.',
      );
    }
    const abi = exports.abi();
    if (abi !== ENGINE_ABI) {
      throw new EngineError(
        `The engine speaks version ${abi} and this package version ${ENGINE_ABI}; use the engine that ships with it.`,
      );
    }
    if (memory && threads > 1) {
      exports.setThreads(threads);
      team = await Team.start(module, memory, threads, options.patienceMs ?? PATIENCE_MS);
    }
    return new Engine(exports, options, team);
  }

  /**
   * Validates a `.bdm` and gets ready to run it. On failure no model is loaded.
   *
   * @throws {ModelError} if the buffer is not valid or needs more memory than allowed
   */
  load(model: Uint8Array): void {
    this.#opCount = 0;
    if (this.#maxMemoryBytes < Infinity) {
      // Before memory grows, which never shrinks again; what the kernels need besides is known only behind it.
      const known = (this.#wasm.reserve(0) >>> 0) + model.length + parseHeader(model).arenaBytes;
      if (known > this.#maxMemoryBytes) throw new ModelError(OUT_OF_MEMORY);
    }
    const address = this.#wasm.reserve(model.length) >>> 0;
    if (address === 0) throw new ModelError(OUT_OF_MEMORY);
    this.#view(address, model.length).set(model);
    const answer = this.#wasm.loadModel(model.length);
    if (answer !== VALID) throw ModelError.fromEngine(answer);
    if (this.memoryUsed > this.#maxMemoryBytes) throw new ModelError(OUT_OF_MEMORY);
    this.#opCount = this.#wasm.opCount();
    this.#image = this.#view(this.#wasm.tensorAddress(0), this.#wasm.tensorSize(0));
    const count = this.#wasm.tensorSize(this.#opCount) / Int32Array.BYTES_PER_ELEMENT;
    this.#logits = this.#integers(this.#wasm.tensorAddress(this.#opCount), count);
  }

  /** Ops of the loaded model; 0 while none is loaded. */
  get opCount(): number {
    return this.#opCount;
  }

  /** Bytes of an image. */
  get inputBytes(): number {
    return this.#image.length;
  }

  /** How many logits come out. */
  get outputCount(): number {
    return this.#logits.length;
  }

  /** Linear memory that engine and model use, in bytes; see {@link memoryRequirement}. */
  get memoryUsed(): number {
    return this.#wasm.memoryUsed() >>> 0;
  }

  /**
   * Runs the loaded model on one image.
   *
   * @param image `inputBytes` bytes, channels last
   * @returns the integer logits, a copy
   * @throws {ImageError} if the image is not bytes or has another size
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
   * @throws {ImageError} if one of them is not bytes or has another size; then none was run
   * @throws {ThreadLostError} if a thread is gone
   */
  runBatch(images: readonly Uint8Array[]): Int32Array[] {
    for (const image of images) this.#check(image);
    if (!this.#team) return images.map((image) => this.run(image));
    const wasm = this.#wasm as EngineExports & TeamExports;
    const logits: Int32Array[] = [];
    const most = wasm.batchImages();
    wasm.callTeam();
    while (logits.length < images.length) {
      const some = images.slice(logits.length, logits.length + most);
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

  /** Ends the engine's threads, if it has any; it can run no more then. */
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

  /** Runs one image op by op. @returns how far `clock` went during each op */
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
    if (this.#opCount === 0)
      throw new EngineError('The engine has no model; load one before running an image.');
    checkImage(image, this.#image.length);
  }

  #view(address: number, bytes: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#wasm.memory.buffer as ArrayBuffer, address >>> 0, bytes);
  }

  #integers(address: number, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#wasm.memory.buffer as ArrayBuffer, address >>> 0, count);
  }
}
