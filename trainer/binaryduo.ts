/**
 * The BinaryDuo method from end to end (Kim et al. 2020, arXiv 2002.06517):
 *
 *     1. train the coupled network: ternary activations, whose straight-through gradients mismatch less
 *     2. decouple: every ternary activation into two binary ones; the function stays exactly the same
 *     3. fine-tune the binary network at a small learning rate, with fresh optimiser state
 *
 * Every choice is made on validation images; each stage's network sees the test images once, for its number.
 */
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { BdEdgeError } from '../sdk/errors.js';
import { saveModel } from './checkpoint.js';
import { type Dataset, type ImageSet, splitValidation } from './data/index.js';
import { decouple } from './decouple.js';
import { evaluate, logits } from './evaluate.js';
import { createNetwork } from './networks/index.js';
import { Random } from './random.js';
import type { BinaryDuoRecipe } from './recipes.js';
import { type EpochLog, type TrainingRecipe, type TrainProgress, train } from './train.js';

export interface BinaryDuoOptions {
  /** Where `coupled/`, `decoupled/`, `finetuned/` and each training's own files go. Without one nothing is written. */
  directory?: string;
  /** Of everything random; the same seed gives the same run. */
  seed: number;
  /** With `phase` 'coupled' or 'finetune'. */
  onProgress?: (progress: TrainProgress) => void;
  signal?: AbortSignal;
}

export interface Stage {
  model: tf.LayersModel;
  validationAccuracy: number;
  testAccuracy: number;
}

export interface TrainedStage extends Stage {
  bestEpoch: number;
  log: EpochLog[];
}

export interface BinaryDuoResult {
  coupled: TrainedStage;
  decoupled: Stage;
  finetuned: TrainedStage;
  /** Validation images that gave other logits after decoupling: always 0, or an error was thrown. */
  decouplingDifferences: number;
  /** What the choices were made on. */
  validation: ImageSet;
  /** The whole method, evaluations included. */
  seconds: number;
}

export class InexactDecouplingError extends BdEdgeError {}

/**
 * How `trainBinaryDuo` divides a dataset's training images, for whoever wants the same validation images later.
 *
 * @param validationImages the recipe's
 * @param seed the run's
 */
export function heldOut(
  dataset: Dataset,
  validationImages: number,
  seed: number,
): { train: ImageSet; validation: ImageSet } {
  return splitValidation(dataset.train, validationImages, seed);
}

/**
 * @throws InexactDecouplingError should decoupling change a logit
 * @throws NonFiniteLossError, TrainingAborted from training
 */
export async function trainBinaryDuo(
  dataset: Dataset,
  recipe: BinaryDuoRecipe,
  options: BinaryDuoOptions,
): Promise<BinaryDuoResult> {
  const { directory } = options;
  const started = performance.now();
  const random = new Random(options.seed);
  const { train: images, validation } = splitValidation(
    dataset.train,
    recipe.validationImages,
    random.seed(),
  );

  const trainStage = async (model: tf.LayersModel, phase: 'coupled' | 'finetune', recipe: TrainingRecipe) => {
    const { onProgress, signal } = options;
    const files = directory && join(directory, `${phase}-training`);
    const seed = random.seed();
    return train(model, {
      ...recipe,
      train: images,
      validation,
      seed,
      phase,
      onProgress,
      signal,
      directory: files,
    });
  };
  const finish = async (name: string, model: tf.LayersModel) => {
    if (directory) await saveModel(model, join(directory, name));
    return (await evaluate(model, dataset.test)).accuracy;
  };

  const coupled = createNetwork(recipe.network, random.seed());
  const coupledTraining = await trainStage(coupled, 'coupled', recipe.coupled);
  const coupledTest = await finish('coupled', coupled);

  const decoupled = decouple(coupled);
  const decouplingDifferences = await differences(coupled, decoupled, validation);
  if (decouplingDifferences > 0) {
    throw new InexactDecouplingError(
      `Decoupling changed the logits of ${decouplingDifferences} of ${validation.count} validation images; build the network from quantised layers only.`,
    );
  }
  const decoupledTest = await finish('decoupled', decoupled);

  const finetuned = decouple(coupled);
  const finetuning = await trainStage(finetuned, 'finetune', recipe.finetune);
  const finetunedTest = await finish('finetuned', finetuned);

  return {
    coupled: { model: coupled, testAccuracy: coupledTest, ...summary(coupledTraining) },
    decoupled: {
      model: decoupled,
      testAccuracy: decoupledTest,
      validationAccuracy: coupledTraining.validationAccuracy,
    },
    finetuned: { model: finetuned, testAccuracy: finetunedTest, ...summary(finetuning) },
    decouplingDifferences,
    validation,
    seconds: (performance.now() - started) / 1000,
  };
}

function summary({
  validationAccuracy,
  bestEpoch,
  log,
}: {
  validationAccuracy: number;
  bestEpoch: number;
  log: EpochLog[];
}) {
  return { validationAccuracy, bestEpoch, log };
}

/** Images to which two networks give logits that are not equal bit for bit. */
async function differences(a: tf.LayersModel, b: tf.LayersModel, set: ImageSet): Promise<number> {
  const [ofA, ofB] = [await logits(a, set), await logits(b, set)];
  const classes = ofA.length / set.count;
  let count = 0;
  for (let i = 0; i < set.count; i++) {
    const from = i * classes;
    if (!ofA.subarray(from, from + classes).every((value, k) => value === ofB[from + k])) count++;
  }
  return count;
}
