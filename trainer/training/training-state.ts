/** What a training knows at any moment, and how it is kept in a checkpoint and found again. */

import { UsageError } from '@bd-edge/sdk/internal';
import type { ImageSet, Images } from '../data/index.js';
import { type ArrayFile, readArrayFile, writeArrayFile } from '../files/array-file.js';
import { sha256 } from '../files/sha256.js';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { flipRatios, type Signs, signsOf } from './flip-ratio.js';
import { Optimizer } from './optimizer.js';
import type { TrainOptions } from './train-options.js';
import type { StepResult } from './train-step.js';
import type { EpochLog } from './training-log.js';

/** The checkpoint was made by a training with other data, another network, or other options. */
export class CheckpointMismatchError extends UsageError {
  override readonly name = 'CheckpointMismatchError';
}

interface Best {
  /** From 1; 0 where no epoch has ended yet. */
  epoch: number;
  accuracy: number;
}

/** The plain part of a checkpoint. */
interface Kept {
  training: Record<string, unknown>;
  epoch: number;
  step: number;
  epochSeed: number | null;
  random: number;
  sums: { loss: number; correct: number; images: number };
  best: Best;
  log: EpochLog[];
  seconds: number;
  /** Steps of the optimizer, by variable. */
  optimizerSteps: number[];
}

/** Owns tensors: to be disposed of. */
export class TrainingState {
  /** From 1: the one under way, or to begin next. */
  epoch = 1;
  /** Steps taken in this epoch. */
  step = 0;
  /** Over this epoch. */
  sums = { loss: 0, correct: 0, images: 0 };
  best: Best = { epoch: 0, accuracy: -1 };
  log: EpochLog[] = [];
  readonly optimizer: Optimizer;
  private bestWeights: tf.Tensor[] = [];
  private random: Random;
  private epochSeed: number | null = null;
  /** When the epoch began. */
  private signs: Signs;
  private readonly training: Record<string, unknown>;
  private started = performance.now();

  constructor(
    private readonly model: tf.LayersModel,
    options: TrainOptions,
  ) {
    this.optimizer = new Optimizer(options.optimizer);
    this.random = new Random(options.seed);
    this.signs = signsOf(model);
    this.training = options.directory ? trainingOf(model, options) : {};
  }

  get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  /** @returns the seed of the epoch's batches, the same however often it is asked for within the epoch */
  beginEpoch(): number {
    this.epochSeed ??= this.random.seed();
    return this.epochSeed;
  }

  endStep({ loss, correct }: StepResult, images: number): void {
    this.step++;
    this.sums.loss += loss * images;
    this.sums.correct += correct;
    this.sums.images += images;
  }

  /** @returns whether the model is the best so far */
  endEpoch(line: Omit<EpochLog, 'epoch' | 'step' | 'flipRatio' | 'seconds'>): boolean {
    const { epoch, step, seconds } = this;
    const signs = signsOf(this.model);
    const flipRatio = flipRatios(this.signs, signs);
    this.log.push({ epoch, step: epoch * step, ...line, flipRatio, seconds });
    const improved = line.validationAccuracy >= this.best.accuracy;
    if (improved) {
      tf.dispose(this.bestWeights);
      this.best = { epoch, accuracy: line.validationAccuracy };
      this.bestWeights = this.model.getWeights().map((weight) => weight.clone());
    }
    this.signs = signs;
    this.epoch++;
    this.step = 0;
    this.epochSeed = null;
    this.sums = { loss: 0, correct: 0, images: 0 };
    return improved;
  }

  /** Gives the model the weights of its best epoch. */
  takeBest(): void {
    this.model.setWeights(this.bestWeights);
  }

  dispose(): void {
    tf.dispose(this.bestWeights);
  }

  async write(path: string): Promise<void> {
    const states = this.variables().map((variable) => this.optimizer.stateOf(variable));
    const arrays: ArrayFile['arrays'] = {};
    this.model.getWeights().forEach((weight, i) => {
      arrays[`weight ${i}`] = weight.dataSync() as Float32Array;
    });
    this.bestWeights.forEach((weight, i) => {
      arrays[`best ${i}`] = weight.dataSync() as Float32Array;
    });
    states.forEach(({ averages }, i) => {
      for (const [k, values] of averages.entries()) arrays[`average ${i} ${k}`] = values;
    });
    for (const [i, signs] of Object.values(this.signs).entries()) arrays[`signs ${i}`] = signs;
    const { training, epoch, step, epochSeed, sums, best, log, seconds } = this;
    const optimizerSteps = states.map(({ steps }) => steps);
    const random = this.random.state;
    const data: Kept = {
      training,
      epoch,
      step,
      epochSeed,
      random,
      sums,
      best,
      log,
      seconds,
      optimizerSteps,
    };
    await writeArrayFile(path, { data, arrays });
  }

  /** Goes on from a checkpoint; stays as it is where there is none. */
  async read(path: string): Promise<void> {
    const checkpoint = await readArrayFile<Kept>(path);
    if (!checkpoint) return;
    const { data: kept, arrays } = checkpoint;
    checkSame(path, kept.training, this.training);
    const { epoch, step, epochSeed, sums, best, log } = kept;
    Object.assign(this, { epoch, step, epochSeed, sums, best, log });
    this.random = new Random(kept.random);
    this.started = performance.now() - 1000 * kept.seconds;
    const shapes = this.model.getWeights().map((weight) => weight.shape);
    const tensors = (name: string) => shapes.map((shape, i) => tf.tensor(arrays[`${name} ${i}`], shape));
    tf.tidy(() => this.model.setWeights(tensors('weight')));
    if (best.epoch > 0) this.bestWeights = tensors('best');
    for (const [i, variable] of this.variables().entries()) {
      const averages = this.optimizer
        .stateOf(variable)
        .averages.map((_, k) => arrays[`average ${i} ${k}`] as Float32Array);
      this.optimizer.restore(variable, { steps: kept.optimizerSteps[i], averages });
    }
    // By order: names that TensorFlow.js gave are others in another process.
    for (const [i, layer] of Object.keys(this.signs).entries())
      this.signs[layer] = arrays[`signs ${i}`] as Int8Array;
  }

  private variables(): tf.Variable[] {
    return this.model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  }
}

/** All that the course of a training depends on, in short. */
function trainingOf(model: tf.LayersModel, options: TrainOptions): Record<string, unknown> {
  const {
    epochs,
    batchSize,
    optimizer,
    schedule,
    augmentation = {},
    seed,
    loss,
    teacher,
    precision,
  } = options;
  return {
    epochs,
    batchSize,
    optimizer,
    schedule,
    augmentation,
    seed,
    train: summaryOf(options.train),
    validation: summaryOf(options.validation),
    'initial weights': weightsDigest(model),
    layers: shortDigest([Buffer.from(layersOf(model))]),
    ...(loss && { loss }),
    ...(teacher && { teacher: weightsDigest(teacher) }),
    ...(precision && { precision }),
  };
}

/** Of a stream, the labels stand for its pictures. */
function summaryOf({ count, height, width, channels, labels, ...set }: Images): string {
  const digest = shortDigest([labels, ...('images' in set ? [(set as ImageSet).images] : [])]);
  return `${count} x ${height} x ${width} x ${channels}, content ${digest}`;
}

/** All layers and how they are joined; names count for nothing, since TensorFlow.js gives others in another process. */
function layersOf(model: tf.LayersModel): string {
  const numbers = new Map([model, ...model.layers].map(({ name }, i) => [name, i]));
  return JSON.stringify(model.getConfig(), (_, value) => numbers.get(value) ?? value);
}

const weightsDigest = (model: tf.LayersModel) =>
  shortDigest(model.getWeights().map((weight) => weight.dataSync() as Float32Array));

const shortDigest = (parts: readonly ArrayBufferView[]) => sha256(parts).toString('hex').slice(0, 16);

function checkSame(path: string, kept: Record<string, unknown>, asked: Record<string, unknown>): void {
  for (const name of Object.keys({ ...kept, ...asked })) {
    const [was, is] = [kept[name], asked[name]].map((value) => JSON.stringify(value) ?? 'none');
    if (was === is) continue;
    throw new CheckpointMismatchError(
      `${path} is from a training with other ${name}, ${was}, where ${is} was asked for; resume with the same, or train anew.`,
    );
  }
}
