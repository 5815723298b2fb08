import {
  countOperations,
  Engine,
  type EngineBuild,
  type Model,
  parseModel,
  printableLine,
  type Result,
} from '@bd-edge/sdk/internal';
import { loadInWorker, type WorkerNetwork } from '@bd-edge/sdk/worker';
import { encodeSums } from './sums.js';

/** The limit of a network's memory. */
const MAX_MEMORY_BYTES = 2 ** 28;

/** The largest network, in multiply-accumulates, that is inspected in the page itself, which blocks meanwhile. */
const MAX_INSPECTED_OPERATIONS = 3e8;

/** A network in the playground. It classifies in a worker, and its ops are inspected in the page. */
export class OpenedNetwork {
  private readonly engines = new Map<number | EngineBuild | 'layers', Promise<Engine>>();

  private constructor(
    readonly bytes: Uint8Array,
    readonly model: Model,
    private readonly worker: WorkerNetwork,
  ) {}

  /** @throws {ModelError | EngineError} */
  static async open(bytes: Uint8Array<ArrayBuffer>): Promise<OpenedNetwork> {
    const model = parseModel(bytes);
    const worker = await loadInWorker(bytes, { maxMemoryBytes: MAX_MEMORY_BYTES });
    return new OpenedNetwork(bytes, model, worker);
  }

  get name(): string {
    return printableLine(this.model.metadata?.name ?? 'network without a name');
  }

  /** The build that classifies. */
  get build(): string {
    return this.worker.build;
  }

  /** Returns the text shown for a class. */
  classNameOf(index: number): string {
    const { labels } = this.model.metadata ?? {};
    return Array.isArray(labels) && typeof labels[index] === 'string'
      ? printableLine(labels[index])
      : String(index);
  }

  /** Whether the ops can be inspected without blocking the page. */
  get canBeInspected(): boolean {
    const { ops, tensors } = this.model;
    return (
      ops.reduce((sum, op) => sum + countOperations(op, tensors[op.input]), 0) <= MAX_INSPECTED_OPERATIONS
    );
  }

  /** @throws {EngineError} `worker-lost` if the worker is gone */
  classify(image: Uint8Array): Promise<Result> {
    return this.worker.run(image);
  }

  /** Returns each op's output tensor, as stored in the arena. */
  async layers(image: Uint8Array): Promise<Uint8Array[]> {
    return (await this.engine('layers', () => this.bytes)).layers(image);
  }

  /** Returns the sums of op `op` before its thresholds, [pixels][filters]. */
  async sums(op: number, image: Uint8Array): Promise<Int32Array> {
    return (await this.engine(op, () => encodeSums(this.model, op))).run(image);
  }

  /** Returns an engine of one build with the network loaded, for measurements. */
  onBuild(build: EngineBuild, wasm: Uint8Array<ArrayBuffer>): Promise<Engine> {
    return this.engine(build, () => this.bytes, wasm);
  }

  close(): void {
    this.worker.close();
  }

  private engine(
    key: number | EngineBuild | 'layers',
    model: () => Uint8Array,
    wasm?: Uint8Array<ArrayBuffer>,
  ): Promise<Engine> {
    const before = this.engines.get(key);
    if (before) return before;
    const made = Engine.instantiate(wasm, { maxMemoryBytes: MAX_MEMORY_BYTES }).then((engine) => {
      engine.load(model());
      return engine;
    });
    this.engines.set(key, made);
    return made;
  }
}
