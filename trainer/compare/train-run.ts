/** One run of a comparison: a lane's network, trained, and tested where the run is a final one. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, heldOut, type Images } from '../data/index.js';
import { decouple } from '../decoupling/decouple.js';
import { checkDecoupling } from '../decoupling/decoupling-check.js';
import { Random } from '../numbers/random.js';
import type * as tf from '../tensorflow/index.js';
import { checkFits } from '../training/check-dataset.js';
import { saveModel } from '../training/checkpoint.js';
import { evaluate } from '../training/evaluate.js';
import { stageOf } from '../training/stage-length.js';
import { type TrainResult, train } from '../training/train.js';
import type { TrainingRecipe, TrainProgress } from '../training/train-options.js';
import { NonFiniteLossError } from '../training/train-step.js';
import { type LaneRecipes, laneNetwork } from './method-network.js';
import type { FinishedRun, Run } from './plan.js';

export interface RunContext {
  dataset: Dataset<Images>;
  recipes: LaneRecipes;
  /** `coupled` is every lane's, `finetune` that of the second part of BinaryDuo. */
  training: { coupled: TrainingRecipe; finetune: TrainingRecipe };
  validationImages: number;
  /** Of the training images, drawn by the seed. */
  limit?: number;
  /** Where checkpoints and the networks of final runs go. */
  directory: string;
  checkpointMinutes?: number;
  signal?: AbortSignal;
  onProgress?: (progress: TrainProgress) => void;
}

/** Below a comparison's folder: checkpoints of what is not finished. */
export const TRAINING_FOLDER = 'training';

/**
 * Where a run's trainings have their checkpoints. They are named after the training and not the run: BinaryDuo's
 * coupled network is trained once for all rates of fine-tuning.
 */
export function stageFolders(run: Run): string[] {
  const { lane, seed, epochs, finetuneEpochs, rate, finetuneRate } = run;
  const name = lane === 'binaryduo' ? 'coupled' : lane;
  const first = `${name}-seed${seed}-epochs${epochs - finetuneEpochs}-rate${rate}`;
  return lane === 'binaryduo' ? [first, `${first}-finetune${finetuneEpochs}at${finetuneRate}`] : [first];
}

export type Outcome = Omit<FinishedRun, keyof Run | 'backend'>;

/**
 * Goes on from the checkpoints of the same run, should it have been stopped.
 *
 * @returns `diverged` where the loss is not finite: to tuning that is the worst of rates, and of a final run a result too
 * @throws UnfitDatasetError, InexactDecouplingError, and what else `train` throws
 */
export async function trainRun(run: Run, context: RunContext): Promise<Outcome> {
  const { dataset, directory, recipes, training, signal, onProgress, checkpointMinutes } = context;
  const { lane, seed, epochs, finetuneEpochs, rate, finetuneRate } = run;
  const sets = heldOut(dataset, context.validationImages, seed, context.limit);
  const random = new Random(seed);
  random.seed(); // the one that `heldOut` takes
  const folders = stageFolders(run).map((folder) => join(directory, TRAINING_FOLDER, folder));
  const trainStage = (network: tf.LayersModel, phase: string, directory: string, recipe: TrainingRecipe) =>
    train(network, {
      ...recipe,
      ...sets,
      ...{ seed: random.seed(), phase, signal, onProgress, checkpointMinutes, directory },
      resume: true,
    });

  let network = laneNetwork(lane, recipes, random.seed());
  const models = [network];
  try {
    checkFits(network, dataset);
    const firstEpochs = epochs - finetuneEpochs;
    const first = stageOf(training.coupled, firstEpochs, rate);
    let result: TrainResult = await trainStage(network, lane, folders[0], first);
    let { seconds } = result;
    let coupledValidationAccuracy: number | undefined;
    if (lane === 'binaryduo') {
      coupledValidationAccuracy = result.validationAccuracy;
      const coupled = network;
      network = decouple(coupled);
      models.push(network);
      await checkDecoupling(coupled, network, sets.validation);
      const finetuning = stageOf(training.finetune, finetuneEpochs, finetuneRate as number);
      result = await trainStage(network, 'finetune', folders[1], finetuning);
      seconds += result.seconds;
    }
    const { validationAccuracy, bestEpoch } = result;
    const final = run.purpose === 'final';
    const testAccuracy = final ? (await evaluate(network, dataset.test)).accuracy : undefined;
    if (final) await saveModel(network, join(directory, 'models', `${lane}-seed${seed}`));
    // What a run that chooses rates began with, others may begin with too.
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
    if (!(error instanceof NonFiniteLossError)) throw error;
    return { validationAccuracy: 0, bestEpoch: error.epoch, diverged: true, seconds: 0 };
  } finally {
    for (const model of models) model.dispose();
  }
}
