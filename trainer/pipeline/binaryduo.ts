/**
 * The BinaryDuo method from end to end (Kim et al. 2020, arXiv 2002.06517):
 *
 *     1. train the coupled network: ternary activations, whose straight-through gradients mismatch less
 *     2. decouple: every ternary activation into two binary ones; the function stays exactly the same
 *     3. fine-tune the binary network at a small learning rate, with fresh optimizer state
 *
 * Every choice is made on validation images; each stage's network sees the test images once, for its number.
 */
import { join } from 'node:path';
import { type Dataset, heldOut, type Images } from '../data/index.js';
import { decouple } from '../decoupling/decouple.js';
import { checkDecoupling, type DecouplingCheck } from '../decoupling/decoupling-check.js';
import { Random } from '../numbers/random.js';
import { EVENT_FILE, EventFile } from '../tensorboard/index.js';
import type * as tf from '../tensorflow/index.js';
import { saveModel } from '../training/checkpoint.js';
import { EvaluationAborted, evaluate } from '../training/evaluate.js';
import { TrainingAborted, type TrainResult, train } from '../training/train.js';
import type { TrainingRecipe, TrainProgress } from '../training/train-options.js';
import type { EpochLog } from '../training/training-log.js';
import { checkRun } from './check-run.js';
import { checkForgettable, forgetRun } from './forget-run.js';
import { takeWeights } from './pretrained.js';
import { type BinaryDuoRecipe, networkOf, teacherOf, teacherTrainingOf } from './recipes.js';
import { type Phase, type StageName, trainingDirectory } from './stages.js';

export interface BinaryDuoOptions {
  /**
   * Where `coupled/`, `decoupled/`, `finetuned/`, `teacher/` where there is one, and each training's own files go.
   * Without one nothing is written.
   */
  directory?: string;
  /** Of everything random; the same seed gives the same run. */
  seed: number;
  /** Only so many of the training images, drawn by the seed: for a quick try. Default: all. */
  limit?: number;
  /** Go on from the directory's checkpoints with the same recipe, data and seed; see `train`. Default: false. */
  resume?: boolean;
  /**
   * Called once all is checked that can be before training, when nothing in the directory has been touched yet, with the
   * images that will train and those that will choose.
   */
  onBegin?: (sets: { train: Images; validation: Images }) => Promise<void>;
  /**
   * What coupled training begins with, in place of random weights: a coupled network with the same layers. One that was
   * trained on the same dataset has to have had the same seed and limit, or it has seen the validation images.
   */
  pretrained?: tf.LayersModel;
  /** Between checkpoints within an epoch; see `train`. */
  checkpointMinutes?: number;
  /** Where TensorBoard finds each training's curves, in a folder named after its phase. Default: nowhere. */
  tensorboard?: string;
  /** With `phase` 'teacher', 'coupled' or 'finetune'. */
  onProgress?: (progress: TrainProgress) => void;
  /** While a stage's network goes through the test images. */
  onEvaluation?: (progress: EvaluationProgress) => void;
  /** Looked at before every step, and before every batch of test images. */
  signal?: AbortSignal;
}

export interface EvaluationProgress {
  stage: StageName;
  /** Test images. */
  done: number;
  total: number;
}

export interface Stage {
  model: tf.LayersModel;
  validationAccuracy: number;
  testAccuracy: number;
  /** Over the test images. */
  confusion: number[][];
}

export interface TrainedStage extends Stage {
  bestEpoch: number;
  log: EpochLog[];
}

export interface BinaryDuoResult<Kind extends Images = Images> {
  /** Of distillation. Nobody has to know how it does on test images. */
  teacher?: Pick<TrainedStage, 'validationAccuracy' | 'bestEpoch' | 'log'>;
  coupled: TrainedStage;
  decoupled: Stage;
  finetuned: TrainedStage;
  /** What decoupling changed on the validation images: nothing, or rounding where weights are float32. */
  decoupling: DecouplingCheck;
  /** What the choices were made on. */
  validation: Kind;
  /** Of all trainings, each with its validation, also of what a run did before it was resumed. */
  seconds: number;
}

/**
 * What is wrong with data, recipe or options is found before anything in the directory is touched.
 *
 * @throws InvalidSplitError where there are too few images
 * @throws UnfitDatasetError, UndecouplableLayerError and what else `checkRun` throws
 * @throws UnfitPretrainedError where `pretrained` is another network
 * @throws ForeignFolderError where something else lies in the way of the run's folders
 * @throws InexactDecouplingError should decoupling change more than rounding explains
 * @throws NonFiniteLossError, TrainingAborted and what else `train` throws
 */
export async function trainBinaryDuo<Kind extends Images>(
  dataset: Dataset<Kind>,
  recipe: BinaryDuoRecipe,
  options: BinaryDuoOptions,
): Promise<BinaryDuoResult<Kind>> {
  const models: tf.LayersModel[] = [];
  try {
    return await runPhases(dataset, recipe, options, models);
  } catch (error) {
    for (const model of models) model.dispose();
    throw error;
  }
}

/** @param models gets each that is built, to be disposed of should the run fail */
async function runPhases<Kind extends Images>(
  dataset: Dataset<Kind>,
  recipe: BinaryDuoRecipe,
  options: BinaryDuoOptions,
  models: tf.LayersModel[],
): Promise<BinaryDuoResult<Kind>> {
  const { directory, resume } = options;
  const sets = heldOut(dataset, recipe.validationImages, options.seed, options.limit);
  const random = new Random(options.seed);
  random.seed(); // the one that `heldOut` takes

  const trainStage = (
    model: tf.LayersModel,
    phase: Phase,
    recipe: TrainingRecipe,
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
      onLog: events && ((log) => events.write(log)),
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
    const { accuracy, confusion } = await evaluate(model, dataset.test, {
      onProgress: (done, total) => options.onEvaluation?.({ stage: name, done, total }),
      signal: options.signal,
    }).catch((error) => {
      if (!(error instanceof EvaluationAborted)) throw error;
      throw new TrainingAborted(`The run was stopped while the ${name} network was tested`, directory);
    });
    return { model, testAccuracy: accuracy, confusion };
  };

  const coupled = built(networkOf(recipe, random.seed()));
  const teacherTraining = teacherTrainingOf(recipe);
  // Seeds of its own: with or without a teacher, the student begins the same.
  const teacherSeeds = new Random(~options.seed);
  const teacher = teacherTraining && built(teacherOf(recipe, teacherSeeds.seed()));
  checkRun(dataset, sets, recipe, coupled, teacher);
  if (options.pretrained) takeWeights(coupled, options.pretrained);
  if (directory && !resume) await checkForgettable(directory);
  await options.onBegin?.(sets);
  if (directory && !resume) await forgetRun(directory);

  let taught: TrainResult | undefined;
  if (teacher) {
    taught = await trainStage(teacher, 'teacher', teacherTraining, { seed: teacherSeeds.seed() });
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
  const finetuning = await trainStage(finetuned, 'finetune', recipe.finetune, { teacher });
  const finetunedStage = await finish('finetuned', finetuned);
  teacher?.dispose();

  return {
    ...(taught && { teacher: summary(taught) }),
    coupled: { ...coupledStage, ...summary(coupledTraining) },
    decoupled: { ...decoupledStage, validationAccuracy },
    finetuned: { ...finetunedStage, ...summary(finetuning) },
    decoupling,
    validation,
    seconds: (taught?.seconds ?? 0) + coupledTraining.seconds + finetuning.seconds,
  };
}

function summary({ validationAccuracy, bestEpoch, log }: TrainResult) {
  return { validationAccuracy, bestEpoch, log };
}
