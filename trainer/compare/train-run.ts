/** One run of a comparison: a method's network is trained, and tested if the run is a final one. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, type Images, trainingSplit } from '../data/index.js';
import { decouple } from '../decoupling/decouple.js';
import { checkDecoupling } from '../decoupling/decoupling-check.js';
import { Random } from '../numbers/random.js';
import type * as tf from '../tensorflow/index.js';
import { checkCompatible } from '../training/check-compatible.js';
import { saveModel } from '../training/checkpoint.js';
import { evaluate } from '../training/evaluate.js';
import { rescaleStage } from '../training/rescale-stage.js';
import { type TrainResult, train } from '../training/train.js';
import type { StageRecipe, TrainProgress } from '../training/train-options.js';
import { DivergedError } from '../training/train-step.js';
import { type MethodNetworks, methodNetwork } from './method-network.js';
import type { FinishedRun, Run } from './plan.js';

export interface RunContext {
  dataset: Dataset<Images>;
  networks: MethodNetworks;
  /** `coupled` is for every method; `finetuned` is for the second part of BinaryDuo. */
  training: { coupled: StageRecipe; finetuned: StageRecipe };
  validationImages: number;
  /** Number of training images to draw by the seed. Default: all. */
  limit?: number;
  /** The folder for results, checkpoints and the networks of final runs. */
  directory: string;
  checkpointMinutes?: number;
  signal?: AbortSignal;
  onProgress?: (progress: TrainProgress) => void;
}

/** The folder of checkpoints inside that of a comparison. */
export const TRAINING_FOLDER = 'training';

/**
 * Returns the folders of a run's checkpoints, one for each of its trainings. They are named after the training, not the
 * run: BinaryDuo's coupled network is trained once for all learning rates of fine-tuning.
 */
export function stageFolders(run: Run): string[] {
  const { method, seed, epochs, finetunedEpochs, learningRate, finetunedLearningRate } = run;
  const name = method === 'binaryduo' ? 'coupled' : method;
  const first = `${name}-seed${seed}-epochs${epochs - finetunedEpochs}-lr${learningRate}`;
  if (method !== 'binaryduo') return [first];
  return [first, `${first}-finetuned${finetunedEpochs}-lr${finetunedLearningRate}`];
}

export type Outcome = Omit<FinishedRun, keyof Run | 'backend'>;

/**
 * Trains a run, or continues it from its checkpoints.
 *
 * @returns `diverged` if the loss is not finite. In the search for a learning rate it ranks last.
 * @throws {IncompatibleDataError}, {TrainingError}, {AbortedError}, {FileError}
 */
export async function trainRun(run: Run, context: RunContext): Promise<Outcome> {
  const { dataset, directory, networks, training, signal, onProgress, checkpointMinutes } = context;
  const { method, seed, epochs, finetunedEpochs, learningRate, finetunedLearningRate } = run;
  const sets = trainingSplit(dataset, context.validationImages, seed, context.limit);
  const random = new Random(seed);
  random.seed(); // the one that `trainingSplit` uses
  const folders = stageFolders(run).map((folder) => join(directory, TRAINING_FOLDER, folder));
  const trainStage = (network: tf.LayersModel, phase: string, directory: string, recipe: StageRecipe) =>
    train(network, {
      ...recipe,
      ...sets,
      ...{ seed: random.seed(), phase, signal, onProgress, checkpointMinutes, directory },
      resume: true,
    });

  let network = methodNetwork(method, networks, random.seed());
  const models = [network];
  try {
    checkCompatible(network, dataset);
    const first = rescaleStage(training.coupled, epochs - finetunedEpochs, learningRate);
    let result: TrainResult = await trainStage(network, method, folders[0], first);
    let { seconds } = result;
    let coupledValidationAccuracy: number | undefined;
    if (method === 'binaryduo') {
      coupledValidationAccuracy = result.validationAccuracy;
      const coupled = network;
      network = decouple(coupled);
      models.push(network);
      await checkDecoupling(coupled, network, sets.validation);
      const second = rescaleStage(training.finetuned, finetunedEpochs, finetunedLearningRate as number);
      result = await trainStage(network, 'finetuned', folders[1], second);
      seconds += result.seconds;
    }
    const { validationAccuracy, bestEpoch } = result;
    const final = run.purpose === 'final';
    const testAccuracy = final ? (await evaluate(network, dataset.test)).accuracy : undefined;
    if (final) await saveModel(network, join(directory, 'models', `${method}-seed${seed}`));
    // In the search for learning rates, other runs may share the first training.
    for (const folder of final ? folders : folders.slice(-1))
      await rm(folder, { recursive: true, force: true });
    return {
      validationAccuracy,
      ...(testAccuracy !== undefined && { testAccuracy }),
      bestEpoch,
      ...(coupledValidationAccuracy !== undefined && { coupledValidationAccuracy }),
      seconds,
    };
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    return { validationAccuracy: 0, bestEpoch: error.epoch, diverged: true, seconds: 0 };
  } finally {
    for (const model of models) model.dispose();
  }
}
