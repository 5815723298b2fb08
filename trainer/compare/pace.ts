/** How long a comparison will take: what is left, in multiply-accumulates, at those a second of this process so far. */
import type { TrainProgress } from '../training/train-options.js';
import type { Cost } from './method-network.js';
import type { Lane } from './methods.js';
import type { PlanOptions, Run } from './plan.js';

export class Pace {
  readonly #started: number;
  #worked = 0;
  #total = 0;
  #doneBefore = 0;
  #left = 0;
  #run: Run | undefined;
  #progress = 0;

  /** @param now milliseconds, of a clock that never goes back */
  constructor(
    readonly options: PlanOptions,
    readonly costs: Record<Lane, Cost>,
    readonly now = () => performance.now(),
  ) {
    this.#started = now();
  }

  /**
   * A run begins, the first of those that are left.
   *
   * @param later final runs that are not among them yet
   */
  begin(runs: readonly Run[], later: number, done: readonly Run[]): void {
    if (this.#run) this.#worked += this.#work(this.#run);
    const { lanes, seeds, epochs, finetuneEpochs } = this.options;
    const finals = later > 0 ? lanes.map((lane) => this.#work({ lane, epochs, finetuneEpochs })) : [];
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    this.#left = sum(runs.map((run) => this.#work(run))) + seeds.length * sum(finals);
    this.#doneBefore = sum(done.map((run) => this.#work(run)));
    this.#total = this.#doneBefore + this.#left;
    this.#run = runs[0];
    this.#progress = 0;
  }

  /** How far the run is. */
  at({ phase, epoch, epochs, step, steps }: TrainProgress): void {
    const { finetuneEpochs = 0, epochs: all = 1 } = this.#run ?? {};
    const before = phase === 'finetune' ? all - finetuneEpochs : 0;
    this.#progress = Math.min(1, (before + Math.min(epoch - 1 + step / steps, epochs)) / all);
  }

  /** `share` of all work that is done, 0..1; no `secondsLeft` before anything is known of the pace. */
  left(): { share: number; secondsLeft?: number } {
    const now = this.#run ? this.#progress * this.#work(this.#run) : 0;
    const worked = this.#worked + now;
    const share = this.#total > 0 ? (this.#doneBefore + now) / this.#total : 1;
    const seconds = (this.now() - this.#started) / 1000;
    return { share, ...(worked > 0 && { secondsLeft: ((this.#left - now) * seconds) / worked }) };
  }

  /** Training multiplies densely: a ternary activation, two bits to an engine, is one number here. */
  #work({ lane, epochs, finetuneEpochs }: Pick<Run, 'lane' | 'epochs' | 'finetuneEpochs'>): number {
    const of = ({ floatMacs, binaryMacs }: Cost, bits: number) => floatMacs + binaryMacs / bits;
    const { coupled, decoupled } = this.costs;
    if (lane === 'coupled') return epochs * of(coupled, 2);
    if (lane !== 'binaryduo') return epochs * of(this.costs[lane], 1);
    return (epochs - finetuneEpochs) * of(coupled, 2) + finetuneEpochs * of(decoupled, 1);
  }
}
