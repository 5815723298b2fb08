/**
 * The toy experiment of the BinaryDuo paper (Kim et al. 2020, arXiv 2002.06517). It measures for each
 * activation how far the straight-through gradient is from the real slope of the loss.
 *
 * A student and a target are random networks of the same shape: three layers of 32 units, with an activation
 * behind each. Inputs are standard normal, and the loss is the squared difference of their outputs. Both
 * gradients are summed over the same samples. Their cosine, for each layer and for all weights, is 1 if there
 * is no mismatch.
 */
import { deviation, mean } from '../numbers/mean.js';
import { Random } from '../numbers/random.js';
import { RELU1, type Surrogate, surrogateNamed } from '../quantizers/index.js';
import { activationNamed, type ToyActivation } from './activation.js';
import { checkCounts, checkEps } from './checks.js';
import { CoordinateGradient } from './coordinate-gradient.js';
import { cosine, joinedCosine } from './cosine.js';
import { fillNormal } from './normal.js';
import { outputs, randomPerceptron, straightThroughGradient, trace } from './perceptron.js';

export interface ToyMismatchOptions {
  /** Names from `TOY_ACTIVATIONS`. */
  activations: readonly string[];
  /** Names from `SURROGATE_NAMES`. Default: 'relu1' only. Full precision needs no surrogate. */
  surrogates?: readonly string[];
  /** Half the distance between the two points of a coordinate discrete gradient; above 0. */
  eps: readonly number[];
  /**
   * The number of inputs to each pair of networks; full precision takes only the first 1000, which suffice.
   */
  samples: number;
  /** Each seed gives a pair of networks and inputs, the same for all activations. */
  seeds: readonly number[];
  /** Called after every 1000 samples, counted over all activations and seeds. */
  onProgress?: (done: number, total: number, activation: string) => void;
  signal?: AbortSignal;
}

/** Cosines of the straight-through gradient and the coordinate discrete gradient, as means over the seeds. */
export interface ToyMismatchRow {
  activation: string;
  surrogate: string;
  eps: number;
  layers: number[];
  /** Over all weights. */
  total: number;
  /** The standard deviations over the seeds; 0 for one seed. */
  deviations: { layers: number[]; total: number };
}

const WIDTH = 32;
const LAYERS = 3;
const BATCH = 1000;
/**
 * Fewer, since full precision shares no work between weights, and its two gradients agree for every sample.
 */
const FULL_PRECISION_SAMPLES = 1000;
/** Samples of a batch with full precision, so that a batch ends within a fraction of a second. */
const FULL_PRECISION_BATCH = 100;

interface Cosines {
  layers: number[];
  total: number;
}

/**
 * Runs the toy experiment.
 *
 * @returns rows by eps, then activation, then surrogate, in the given order
 * @throws {UsageError} with code `invalid-eps`, `not-positive-integer`, `unknown-activation` or
 *   `unknown-surrogate`
 */
export async function measureToyMismatch(options: ToyMismatchOptions): Promise<ToyMismatchRow[]> {
  const { samples, seeds, signal } = options;
  const eps = [...new Set(options.eps)];
  checkEps(eps);
  checkCounts({ samples, 'the number of seeds': seeds.length });
  const activations = options.activations.map(activationNamed);
  const surrogates = (options.surrogates ?? [RELU1.name]).map(surrogateNamed);
  const count = (activation: ToyActivation) =>
    activation.levels === null ? Math.min(samples, FULL_PRECISION_SAMPLES) : samples;
  const total = seeds.length * activations.reduce((sum, activation) => sum + count(activation), 0);

  const rows: ToyMismatchRow[] = [];
  let done = 0;
  for (const activation of activations) {
    const used = activation.levels === null ? [RELU1] : surrogates;
    const bySeed: Cosines[][][] = [];
    for (const seed of seeds) {
      const experiment = new Experiment(activation, used, eps, seed);
      const batch = activation.levels === null ? FULL_PRECISION_BATCH : BATCH;
      for (let left = count(activation); left > 0; left -= batch) {
        signal?.throwIfAborted();
        const size = Math.min(left, batch);
        experiment.add(size);
        done += size;
        options.onProgress?.(done, total, activation.name);
        await new Promise(setImmediate);
      }
      bySeed.push(experiment.cosines());
    }
    eps.forEach((value, e) => {
      used.forEach(({ name }, s) => {
        const summary = summarize(bySeed.map((cosines) => cosines[e][s]));
        rows.push({ activation: activation.name, surrogate: name, eps: value, ...summary });
      });
    });
  }
  return eps.flatMap((value) => rows.filter((row) => row.eps === value));
}

/** One pair of networks with one activation. */
class Experiment {
  private readonly random: Random;
  private readonly student;
  private readonly target;
  private readonly discrete: CoordinateGradient[];
  /** By surrogate, then layer. */
  private readonly straightThrough: Float64Array[][];

  constructor(
    private readonly activation: ToyActivation,
    private readonly surrogates: readonly Surrogate[],
    eps: readonly number[],
    seed: number,
  ) {
    this.random = new Random(seed);
    this.student = randomPerceptron(WIDTH, LAYERS, this.random);
    this.target = randomPerceptron(WIDTH, LAYERS, this.random);
    this.discrete = eps.map((value) => new CoordinateGradient(this.student, activation, value));
    this.straightThrough = surrogates.map(() =>
      this.student.weights.map((weights) => new Float64Array(weights.length)),
    );
  }

  add(samples: number): void {
    const { activation, student } = this;
    const x = fillNormal(new Float32Array(samples * WIDTH), this.random);
    const targets = outputs(this.target, activation, x);
    const batch = { ...trace(student, activation, x), targets };
    for (const discrete of this.discrete) discrete.add(batch);
    this.surrogates.forEach((surrogate, s) => {
      straightThroughGradient(student, activation, surrogate, x, targets).forEach((gradient, layer) => {
        const sums = this.straightThrough[s][layer];
        for (let i = 0; i < sums.length; i++) sums[i] += gradient[i];
      });
    });
  }

  /** By eps, then surrogate. */
  cosines(): Cosines[][] {
    return this.discrete.map(({ sums }) =>
      this.straightThrough.map((gradients) => ({
        layers: gradients.map((gradient, layer) => cosine(gradient, sums[layer])),
        total: joinedCosine(gradients, sums),
      })),
    );
  }
}

function summarize(cosines: Cosines[]) {
  const over = (measure: (values: number[]) => number) => ({
    layers: cosines[0].layers.map((_, layer) => measure(cosines.map(({ layers }) => layers[layer]))),
    total: measure(cosines.map(({ total }) => total)),
  });
  return { ...over(mean), deviations: over(deviation) };
}
