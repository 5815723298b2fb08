/** An estimate of a comparison's remaining time, from the multiply-accumulates per second so far. */
import type { TrainProgress } from '../training/train-options.js';
import type { Cost } from './method-network.js';
import type { Method } from './methods.js';
import type { PlanOptions, Run } from './plan.js';

export class Pace {
  readonly #started: number;
  #worked = 0;
  #total = 0;
  #doneBefore = 0;
  #left = 0;
  #run: Run | undefined;
  #progress = 0;

  /** @param now returns milliseconds of a monotonic clock */
  constructor(
    readonly options: PlanOptions,
    readonly costs: Record<Method, Cost>,
    readonly now = () => performance.now(),
  ) {
    this.#started = now();
  }

  /**
   * Starts the first of the remaining runs.
   *
   * @param later the number of final runs that are not among them yet
   */
  begin(runs: readonly Run[], later: number, done: readonly Run[]): void {
    if (this.#run) this.#worked += this.#work(this.#run);
    const { methods, seeds, epochs, finetunedEpochs } = this.options;
    const finals = later > 0 ? methods.map((method) => this.#work({ method, epochs, finetunedEpochs })) : [];
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    this.#left = sum(runs.map((run) => this.#work(run))) + seeds.length * sum(finals);
    this.#doneBefore = sum(done.map((run) => this.#work(run)));
    this.#total = this.#doneBefore + this.#left;
    this.#run = runs[0];
    this.#progress = 0;
  }

  /** Updates the progress of the current run. */
  at({ phase, epoch, epochs, step, steps }: TrainProgress): void {
    const { finetunedEpochs = 0, epochs: all = 1 } = this.#run ?? {};
    const before = phase === 'finetuned' ? all - finetunedEpochs : 0;
    this.#progress = Math.min(1, (before + Math.min(epoch - 1 + step / steps, epochs)) / all);
  }

  /** Returns the share of all work that is done, 0..1, and the remaining time once there is an estimate. */
  left(): { share: number; secondsLeft?: number } {
    const now = this.#run ? this.#progress * this.#work(this.#run) : 0;
    const worked = this.#worked + now;
    const share = this.#total > 0 ? (this.#doneBefore + now) / this.#total : 1;
    const seconds = (this.now() - this.#started) / 1000;
    return { share, ...(worked > 0 && { secondsLeft: ((this.#left - now) * seconds) / worked }) };
  }

  /** Returns the work of a run. In training a ternary activation is one number, not two bits. */
  #work({ method, epochs, finetunedEpochs }: Pick<Run, 'method' | 'epochs' | 'finetunedEpochs'>): number {
    const of = ({ floatMacs, binaryMacs }: Cost, bits: number) => floatMacs + binaryMacs / bits;
    const { coupled, decoupled } = this.costs;
    if (method === 'coupled') return epochs * of(coupled, 2);
    if (method !== 'binaryduo') return epochs * of(this.costs[method], 1);
    return (epochs - finetunedEpochs) * of(coupled, 2) + finetunedEpochs * of(decoupled, 1);
  }
}
