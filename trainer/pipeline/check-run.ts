import type { Dataset, Images } from '../data/index.js';
import { decoupledArchitecture } from '../decoupling/decouple.js';
import type * as tf from '../tensorflow/index.js';
import { checkCompatible } from '../training/check-compatible.js';
import { checkTraining } from '../training/check-training.js';
import { type TrainingRecipe, teacherRecipeOf } from './training-recipe.js';

/**
 * Checks every stage without a training step: the networks with their data, decoupling, and each training's options. A
 * run that cannot work fails here, before it trains for hours and before an earlier run's files are replaced.
 *
 * @param sets the parts of the training images, from `trainingSplit`
 * @param teacher the teacher, if the recipe uses distillation
 * @throws {IncompatibleDataError}, {UnsupportedLayerError}, {UsageError}
 */
export function checkRun(
  dataset: Dataset<Images>,
  sets: { train: Images; validation: Images },
  recipe: TrainingRecipe,
  coupled: tf.LayersModel,
  teacher?: tf.LayersModel,
): void {
  checkCompatible(coupled, dataset);
  checkTraining(coupled, { ...recipe.coupled, ...sets, teacher });
  const teacherRecipe = teacherRecipeOf(recipe);
  if (teacher && teacherRecipe) checkTraining(teacher, { ...teacherRecipe, ...sets });
  // A run without fine-tuning ends with the decoupled network.
  const decoupled = decoupledArchitecture(coupled);
  try {
    if (recipe.finetuned.epochs !== 0) checkTraining(decoupled, { ...recipe.finetuned, ...sets, teacher });
  } finally {
    decoupled.dispose();
  }
}
