import { Engine, type EngineBuild, type Model, parseModel, type Result, work } from '@bd-edge/sdk';
import { loadInWorker, type WorkerNetwork } from '@bd-edge/sdk/worker';
import { encodeSums } from './sums.js';

/** A network may take so much of the page's memory, and no more. */
const MOST_MEMORY_BYTES = 2 ** 28;

/** Multiply-accumulates up to which a network is looked into in the page itself, which waits for it. */
const MOST_INSPECTED_WORK = 3e8;

/** A network in the playground: it answers from a worker, and shows its layers here. */
export class OpenedNetwork {
  private readonly engines = new Map<number | EngineBuild | 'layers', Promise<Engine>>();

  private constructor(
    readonly bytes: Uint8Array,
    readonly model: Model,
    private readonly worker: WorkerNetwork,
  ) {}

  /** @throws {ModelError | EngineError | WorkerLostError} */
  static async open(bytes: Uint8Array<ArrayBuffer>): Promise<OpenedNetwork> {
    const model = parseModel(bytes);
    const worker = await loadInWorker(bytes, { maxMemoryBytes: MOST_MEMORY_BYTES });
    return new OpenedNetwork(bytes, model, worker);
  }

  get name(): string {
    return this.model.metadata?.name ?? 'network without a name';
  }

  /** The build that answers. */
  get build(): string {
    return this.worker.build;
  }

  /** What a person calls a class. */
  labelOf(index: number): string {
    const { labels } = this.model.metadata ?? {};
    return Array.isArray(labels) && typeof labels[index] === 'string' ? labels[index] : String(index);
  }

  /** Whether its layers can be shown without the page standing still. */
  get canBeInspected(): boolean {
    const { nodes, tensors } = this.model;
    return nodes.reduce((sum, node) => sum + work(node, tensors[node.input]), 0) <= MOST_INSPECTED_WORK;
  }

  /** @throws {WorkerLostError} if the worker is gone */
  classify(image: Uint8Array): Promise<Result> {
    return this.worker.run(image);
  }

  /** Each op's output tensor, as it lies in the arena. */
  async layers(image: Uint8Array): Promise<Uint8Array[]> {
    return (await this.engine('layers', () => this.bytes)).layers(image);
  }

  /** The sums of op `op` before its thresholds, [pixels][filters]. */
  async sums(op: number, image: Uint8Array): Promise<Int32Array> {
    return (await this.engine(op, () => encodeSums(this.model, op))).run(image);
  }

  /** An engine of one build that holds the network, to measure it. */
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
    const made = Engine.instantiate(wasm, { maxMemoryBytes: MOST_MEMORY_BYTES }).then((engine) => {
      engine.load(model());
      return engine;
    });
    this.engines.set(key, made);
    return made;
  }
}
