/**
 * The BinaryDuo method from end to end (Kim et al. 2020, arXiv 2002.06517):
 *
 *     1. train the coupled network: ternary activations, whose straight-through gradient has less mismatch
 *     2. decouple it: each ternary activation becomes two binary ones; the function stays exactly the same
 *     3. fine-tune the binary network at a small learning rate, with a new optimizer state
 *
 * Every choice is made on validation images. The test images are used once for each stage, for its accuracy.
 */
import { join } from 'node:path';
import { AbortedError, FileError } from '@bd-edge/sdk/internal';
import { type Dataset, type Images, trainingSplit } from '../data/index.js';
import { decouple } from '../decoupling/decouple.js';
import { checkDecoupling, type DecouplingCheck } from '../decoupling/decoupling-check.js';
import { Random } from '../numbers/random.js';
import { EVENT_FILE, EventFile } from '../tensorboard/index.js';
import type * as tf from '../tensorflow/index.js';
import { saveModel } from '../training/checkpoint.js';
import { evaluate } from '../training/evaluate.js';
import { type TrainResult, train } from '../training/train.js';
import type { StageRecipe, TrainProgress } from '../training/train-options.js';
import type { EpochLog } from '../training/training-log.js';
import type { WrongPrediction } from '../training/wrong-images.js';
import { checkRun } from './check-run.js';
import { lockRun, type RunLock } from './lock-run.js';
import { copyWeights } from './pretrained-weights.js';
import { checkRemovable, removePartials, removeRun } from './remove-run.js';
import { type Phase, type StageName, trainingDirectory } from './stages.js';
import {
  coupledNetworkOf,
  type TrainingRecipe,
  teacherNetworkOf,
  teacherRecipeOf,
} from './training-recipe.js';

export interface BinaryDuoOptions {
  /**
   * Gets the folders `coupled/`, `decoupled/`, `finetuned/`, `teacher/` with distillation, and one for each training.
   * Default: nothing is written.
   */
  directory?: string;
  /** The lock of the directory, if the caller holds it. Default: the run takes it, and releases it at its end. */
  lock?: RunLock;
  /** Random seed. The same seed gives the same run. */
  seed: number;
  /** Trains on this many of the training images, drawn by the seed. Default: all. */
  limit?: number;
  /** Continues from the checkpoints in the directory, with the same recipe, data and seed; see `train`. Default: false. */
  resume?: boolean;
  /**
   * Called after all checks and before the directory is changed, with the images that train the network and those that
   * choose the best epoch.
   */
  onBegin?: (sets: { train: Images; validation: Images }) => Promise<void>;
  /**
   * Initial weights for coupled training: a trained coupled network with the same layers. If it was trained on the same
   * dataset, it must have had the same seed and limit. Otherwise it was trained on the validation images.
   */
  pretrained?: tf.LayersModel;
  /** Minutes between checkpoints within an epoch; see `train`. */
  checkpointMinutes?: number;
  /** A folder for TensorBoard that gets each training's curves, in a folder named after its phase. Default: none. */
  tensorboard?: string;
  /** Called after every step, with `phase` 'teacher', 'coupled' or 'finetuned'. */
  onProgress?: (progress: TrainProgress) => void;
  /** Called after every batch while a stage's network is evaluated on the test images. */
  onEvaluation?: (progress: EvaluationProgress) => void;
  /** Checked before every step and before every batch of test images. */
  signal?: AbortSignal;
}

export interface EvaluationProgress {
  stage: StageName;
  /** Number of test images that are evaluated. */
  done: number;
  total: number;
}

export interface Stage {
  model: tf.LayersModel;
  validationAccuracy: number;
  testAccuracy: number;
  /** Confusion matrix of the test images. */
  confusion: number[][];
  /** The wrong test images about which the network is the most certain, at most 120, the most certain first. */
  wrong: WrongPrediction[];
}

export interface TrainedStage extends Stage {
  bestEpoch: number;
  log: EpochLog[];
}

export interface BinaryDuoResult<Kind extends Images = Images> {
  /** The teacher of distillation. It is not evaluated on test images. */
  teacher?: Pick<TrainedStage, 'validationAccuracy' | 'bestEpoch' | 'log'>;
  coupled: TrainedStage;
  decoupled: Stage;
  finetuned: TrainedStage;
  /** What decoupling changed on the validation images: nothing, or rounding if the weights are float32. */
  decoupling: DecouplingCheck;
  /** The images on which every choice was made. */
  validation: Kind;
  /** Duration of all trainings with their validation, including the time before a run was resumed. */
  seconds: number;
}

/**
 * Trains, decouples and fine-tunes a network. Data, recipe and options are checked before the directory is changed.
 *
 * @throws {IncompatibleDataError} if data, recipe, checkpoint or `pretrained` do not fit together
 * @throws {UnsupportedLayerError} if the network cannot be decoupled
 * @throws {UsageError} for options out of range, too few images, or foreign files in the run's folders; `run-in-use` if
 *   another process trains in the directory
 * @throws {TrainingError} `diverged` if the loss is not finite, or if decoupling changed more than rounding explains
 * @throws {AbortedError} `training-aborted`; the finished part can be resumed
 * @throws {FileError} if a checkpoint is damaged or the disk is full
 */
export async function trainBinaryDuo<Kind extends Images>(
  dataset: Dataset<Kind>,
  recipe: TrainingRecipe,
  options: BinaryDuoOptions,
): Promise<BinaryDuoResult<Kind>> {
  const { directory } = options;
  const models: tf.LayersModel[] = [];
  const lock = directory === undefined || options.lock ? undefined : await lockRun(directory);
  try {
    return await runStages(dataset, recipe, options, models);
  } catch (error) {
    for (const model of models) model.dispose();
    throw error;
  } finally {
    await lock?.release();
  }
}

/** @param models gets every network that is built, so that the caller can dispose of them if the run fails */
async function runStages<Kind extends Images>(
  dataset: Dataset<Kind>,
  recipe: TrainingRecipe,
  options: BinaryDuoOptions,
  models: tf.LayersModel[],
): Promise<BinaryDuoResult<Kind>> {
  const { directory, resume } = options;
  const sets = trainingSplit(dataset, recipe.validationImages, options.seed, options.limit);
  const random = new Random(options.seed);
  random.seed(); // the one that `trainingSplit` uses

  const trainStage = (
    model: tf.LayersModel,
    phase: Phase,
    recipe: StageRecipe,
    { seed = random.seed(), teacher }: { seed?: number; teacher?: tf.LayersModel },
  ) => {
    const { onProgress, signal, checkpointMinutes, tensorboard } = options;
    const events = tensorboard ? new EventFile(join(tensorboard, phase, EVENT_FILE)) : undefined;
    return train(model, {
      ...recipe,
      ...sets,
      seed,
      phase,
      teacher,
      onProgress,
      onLog: events && ((log) => events.write(log).catch(warnOfCurves)),
      signal,
      directory: directory && trainingDirectory(directory, phase),
      resume,
      checkpointMinutes,
    });
  };
  const built = (model: tf.LayersModel) => {
    models.push(model);
    return model;
  };
  const finish = async (name: StageName, model: tf.LayersModel) => {
    if (directory) await saveModel(model, join(directory, name));
    const { accuracy, confusion, wrong } = await evaluate(model, dataset.test, {
      onProgress: (done, total) => options.onEvaluation?.({ stage: name, done, total }),
      signal: options.signal,
    }).catch((cause) => {
      if (!(cause instanceof AbortedError)) throw cause;
      const message = `The run was stopped during the evaluation of the ${name} network.`;
      throw new AbortedError('training-aborted', message, { savedTo: directory, cause });
    });
    return { model, testAccuracy: accuracy, confusion, wrong };
  };

  const coupled = built(coupledNetworkOf(recipe, random.seed()));
  const teacherRecipe = teacherRecipeOf(recipe);
  // The teacher has its own seeds: distillation does not change the initial weights of the student.
  const teacherSeeds = new Random(~options.seed);
  const teacher = teacherRecipe && built(teacherNetworkOf(recipe, teacherSeeds.seed()));
  checkRun(dataset, sets, recipe, coupled, teacher);
  if (options.pretrained) copyWeights(coupled, options.pretrained);
  if (directory && !resume) await checkRemovable(directory);
  await options.onBegin?.(sets);
  if (directory) await (resume ? removePartials(directory) : removeRun(directory));

  let teacherTraining: TrainResult | undefined;
  if (teacher) {
    teacherTraining = await trainStage(teacher, 'teacher', teacherRecipe, { seed: teacherSeeds.seed() });
    if (directory) await saveModel(teacher, join(directory, 'teacher'));
  }
  const coupledTraining = await trainStage(coupled, 'coupled', recipe.coupled, { teacher });
  const coupledStage = await finish('coupled', coupled);

  const { validation } = sets;
  const decoupled = built(decouple(coupled));
  const decoupling = await checkDecoupling(coupled, decoupled, validation);
  const { accuracy: validationAccuracy } = await evaluate(decoupled, validation);
  const decoupledStage = await finish('decoupled', decoupled);

  const finetuned = built(decouple(coupled));
  // Without epochs it is the decoupled network.
  const finetunedTraining =
    recipe.finetuned.epochs === 0
      ? { validationAccuracy, bestEpoch: 0, log: [], seconds: 0 }
      : await trainStage(finetuned, 'finetuned', recipe.finetuned, { teacher });
  const finetunedStage = await finish('finetuned', finetuned);
  teacher?.dispose();

  return {
    ...(teacherTraining && { teacher: summary(teacherTraining) }),
    coupled: { ...coupledStage, ...summary(coupledTraining) },
    decoupled: { ...decoupledStage, validationAccuracy },
    finetuned: { ...finetunedStage, ...summary(finetunedTraining) },
    decoupling,
    validation,
    seconds: (teacherTraining?.seconds ?? 0) + coupledTraining.seconds + finetunedTraining.seconds,
  };
}

/** Curves are not worth a training: without a place on their disk, it continues. */
function warnOfCurves(error: unknown): void {
  if (!(error instanceof FileError) || error.code !== 'disk-full') throw error;
  process.emitWarning(`The curves for TensorBoard could not be written: ${error.message}`);
}

function summary({ validationAccuracy, bestEpoch, log }: TrainResult) {
  return { validationAccuracy, bestEpoch, log };
}
