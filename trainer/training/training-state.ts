/** The state of a training, and how a checkpoint stores and restores it. */

import { FileError } from '@bd-edge/sdk/internal';
import type { Images } from '../data/index.js';
import { IncompatibleDataError } from '../errors.js';
import type { Tensor } from '../files/safetensors.js';
import { sha256 } from '../files/sha256.js';
import { readTensorFile, writeTensorFile } from '../files/tensor-file.js';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { flipRatios, type Signs, signsOf } from './flip-ratio.js';
import { Optimizer } from './optimizer.js';
import type { TrainOptions } from './train-options.js';
import type { StepResult } from './train-step.js';
import type { EpochLog } from './training-log.js';

interface Best {
  /** From 1; 0 before the end of the first epoch. */
  epoch: number;
  accuracy: number;
}

/** The data of a checkpoint beside its tensors. */
interface CheckpointData {
  training: Record<string, unknown>;
  epoch: number;
  step: number;
  epochSeed: number | null;
  random: number;
  sums: { loss: number; correct: number; images: number };
  best: Best;
  log: EpochLog[];
  seconds: number;
  /** Number of optimizer steps of each variable. */
  optimizerSteps: number[];
}

/** The state of a training. It owns tensors and must be disposed of. */
export class TrainingState {
  /** The current epoch, from 1. */
  epoch = 1;
  /** Number of steps taken in this epoch. */
  step = 0;
  /** Sums over this epoch. */
  sums = { loss: 0, correct: 0, images: 0 };
  best: Best = { epoch: 0, accuracy: -1 };
  log: EpochLog[] = [];
  readonly optimizer: Optimizer;
  private bestWeights: tf.Tensor[] = [];
  private random: Random;
  private epochSeed: number | null = null;
  /** The signs at the start of the epoch. */
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

  /** Returns the seed of the epoch's batches: the same in every call within an epoch. */
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

  /** Ends an epoch. @returns whether its model is the best so far; of equals, the later one is */
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

  /** Writes a checkpoint. */
  async write(path: string): Promise<void> {
    const variables = this.variables();
    const states = variables.map((variable) => this.optimizer.stateOf(variable));
    const tensors = new Map<string, Tensor>();
    const put = (name: string, shape: readonly number[], values: Tensor['values']) =>
      tensors.set(name, { shape, values });
    for (const [i, weight] of this.model.getWeights().entries())
      put(`weights.${i}`, weight.shape, weight.dataSync() as Float32Array);
    for (const [i, weight] of this.bestWeights.entries())
      put(`best.${i}`, weight.shape, weight.dataSync() as Float32Array);
    for (const [i, { averages }] of states.entries())
      for (const [k, values] of averages.entries()) put(`optimizer.${i}.${k}`, variables[i].shape, values);
    for (const [i, signs] of Object.values(this.signs).entries()) put(`signs.${i}`, [signs.length], signs);
    const { training, epoch, step, epochSeed, sums, best, log, seconds } = this;
    const optimizerSteps = states.map(({ steps }) => steps);
    const random = this.random.state;
    const data: CheckpointData = {
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
    await writeTensorFile(path, { data, tensors });
  }

  /**
   * Restores a checkpoint, if there is one.
   *
   * @throws {IncompatibleDataError} `checkpoint-mismatch` if it is from another training
   * @throws {FileError} if it is damaged
   */
  async read(path: string): Promise<void> {
    const checkpoint = await readTensorFile<CheckpointData>(path);
    if (!checkpoint) return;
    const { data, tensors } = checkpoint;
    checkSame(path, data.training, this.training);
    const valuesOf = <T extends Tensor['values']>(name: string) => {
      const tensor = tensors.get(name);
      if (tensor) return tensor.values as T;
      throw new FileError('invalid-checkpoint', `${path} has no tensor "${name}".`, { path });
    };
    const { epoch, step, epochSeed, sums, best, log } = data;
    Object.assign(this, { epoch, step, epochSeed, sums, best, log });
    this.random = new Random(data.random);
    this.started = performance.now() - 1000 * data.seconds;
    const shapes = this.model.getWeights().map((weight) => weight.shape);
    const weights = (kind: string) => shapes.map((shape, i) => tf.tensor(valuesOf(`${kind}.${i}`), shape));
    tf.tidy(() => this.model.setWeights(weights('weights')));
    if (best.epoch > 0) this.bestWeights = weights('best');
    for (const [i, variable] of this.variables().entries()) {
      const { averages } = this.optimizer.stateOf(variable);
      const restored = averages.map((_, k) => valuesOf<Float32Array>(`optimizer.${i}.${k}`));
      this.optimizer.restore(variable, { steps: data.optimizerSteps[i], averages: restored });
    }
    // In their order: TensorFlow.js gives other names in another process.
    for (const [i, layer] of Object.keys(this.signs).entries()) this.signs[layer] = valuesOf(`signs.${i}`);
  }

  private variables(): tf.Variable[] {
    return this.model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  }
}

/** Returns everything that decides the course of a training. Images and weights are represented by digests. */
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

/** Describes a set of images by its shape and a digest: of labels and pixels, or of the names and sizes of files. */
function summaryOf(set: Images): string {
  const { count, height, width, channels, labels } = set;
  const content = 'images' in set ? set.images : Buffer.from(set.fingerprint ?? '');
  return `${count} x ${height} x ${width} x ${channels}, content ${shortDigest([labels, content])}`;
}

/** Describes all layers and their connections, without names: TensorFlow.js gives others in another process. */
function layersOf(model: tf.LayersModel): string {
  const numbers = new Map([model, ...model.layers].map(({ name }, i) => [name, i]));
  return JSON.stringify(model.getConfig(), (_, value) => numbers.get(value) ?? value);
}

const weightsDigest = (model: tf.LayersModel) =>
  shortDigest(model.getWeights().map((weight) => weight.dataSync() as Float32Array));

const shortDigest = (parts: readonly ArrayBufferView[]) => sha256(parts).toString('hex').slice(0, 16);

function checkSame(path: string, saved: Record<string, unknown>, current: Record<string, unknown>): void {
  for (const name of Object.keys({ ...saved, ...current })) {
    const [expected, received] = [saved[name], current[name]].map((value) => JSON.stringify(value) ?? 'none');
    if (expected === received) continue;
    throw new IncompatibleDataError(
      'checkpoint-mismatch',
      `${path} is from a training with ${name} ${expected}; received ${received}. Resume with the same value, or train without resuming.`,
      { received: { [name]: received }, expected },
    );
  }
}
