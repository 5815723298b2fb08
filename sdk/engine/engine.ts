import { ENGINE_ABI, OUT_OF_MEMORY, VALID } from '../format/layout.js';
import { ModelError } from '../format/model-error.js';
import { compileEngine, type EngineSource } from './compile.js';
import { EngineError, ImageError } from './errors.js';
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

export interface EngineOptions {
  /** Most linear memory that a model may make the engine take, in bytes. Default: what the runtime allows. */
  maxMemoryBytes?: number;
}

/**
 * One instance of the wasm engine, which holds at most one model. This is the thin layer over the wasm's functions;
 * applications want {@link load}.
 */
export class Engine {
  readonly abi: number;
  readonly #wasm: EngineExports;
  readonly #maxMemoryBytes: number;
  #opCount = 0;
  #inputBytes = 0;
  #outputCount = 0;

  private constructor(wasm: EngineExports, options: EngineOptions) {
    this.#wasm = wasm;
    this.abi = wasm.abi();
    this.#maxMemoryBytes = options.maxMemoryBytes ?? Infinity;
  }

  /**
   * @param wasm the engine, or where it comes from; default: the fastest build that this runtime can run
   * @throws {SourceError} if the engine cannot be read
   * @throws {EngineError} if it is not wasm, not an engine, or an engine of another version
   */
  static async instantiate(wasm?: EngineSource, options: EngineOptions = {}): Promise<Engine> {
    const module = wasm === undefined ? await compileBuild(bestBuild()) : await compileEngine(wasm);
    let exports: EngineExports;
    try {
      exports = (await WebAssembly.instantiate(module, {})).exports as unknown as EngineExports;
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
    return new Engine(exports, options);
  }

  /**
   * Validates a `.bdm` and gets ready to run it. On failure no model is loaded.
   *
   * @throws {ModelError} if the buffer is not valid or needs more memory than allowed
   */
  load(model: Uint8Array): void {
    this.#opCount = 0;
    const address = this.#wasm.reserve(model.length) >>> 0;
    if (address === 0 || address + model.length > this.#maxMemoryBytes) throw new ModelError(OUT_OF_MEMORY);
    this.#view(address, model.length).set(model);
    const answer = this.#wasm.loadModel(model.length);
    if (answer !== VALID) throw ModelError.fromEngine(answer);
    if (this.memoryUsed > this.#maxMemoryBytes) throw new ModelError(OUT_OF_MEMORY);
    this.#opCount = this.#wasm.opCount();
    this.#inputBytes = this.#wasm.tensorSize(0);
    this.#outputCount = this.#wasm.tensorSize(this.#opCount) / Int32Array.BYTES_PER_ELEMENT;
  }

  /** Ops of the loaded model; 0 while none is loaded. */
  get opCount(): number {
    return this.#opCount;
  }

  /** Bytes of an image. */
  get inputBytes(): number {
    return this.#inputBytes;
  }

  /** How many logits come out. */
  get outputCount(): number {
    return this.#outputCount;
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
   * @throws {ImageError} if the image has another size
   */
  run(image: Uint8Array): Int32Array {
    this.#setImage(image);
    this.#wasm.run();
    const logits = this.#view(this.#wasm.tensorAddress(this.#opCount) >>> 0, this.#outputCount * 4);
    return new Int32Array(logits.slice().buffer);
  }

  /** Runs one image op by op. @returns the CRC-32 of each op's output tensor, as it lies in the arena */
  trace(image: Uint8Array): Uint32Array {
    return Uint32Array.from(this.#eachOutput(image, (tensor) => this.#wasm.tensorChecksum(tensor)));
  }

  /** Runs one image op by op. @returns a copy of each op's output tensor, as it lies in the arena */
  layers(image: Uint8Array): Uint8Array[] {
    return this.#eachOutput(image, (tensor) =>
      this.#view(this.#wasm.tensorAddress(tensor) >>> 0, this.#wasm.tensorSize(tensor)).slice(),
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
    return Array.from({ length: this.#opCount }, (_, op) => {
      this.#wasm.runOp(op);
      return take(op + 1);
    });
  }

  #setImage(image: Uint8Array): void {
    if (this.#opCount === 0)
      throw new EngineError('The engine has no model; load one before running an image.');
    if (image.length !== this.#inputBytes) throw new ImageError(image.length, this.#inputBytes);
    this.#view(this.#wasm.tensorAddress(0) >>> 0, this.#inputBytes).set(image);
  }

  #view(address: number, bytes: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#wasm.memory.buffer as ArrayBuffer, address, bytes);
  }
}
