/** What can be known to be wrong with a run before it trains for hours, and before an earlier one's files are replaced. */

import type { Dataset, Images } from '../data/index.js';
import { decoupledArchitecture } from '../decoupling/decouple.js';
import type * as tf from '../tensorflow/index.js';
import { checkFits } from '../training/check-dataset.js';
import { checkTraining } from '../training/check-training.js';
import { type BinaryDuoRecipe, teacherTrainingOf } from './recipes.js';

/**
 * Tries every stage without a step: the networks with their data, the decoupled one with them, and each training's options.
 *
 * @param sets what `heldOut` makes of the dataset
 * @param teacher there where the recipe distils
 * @throws UnfitDatasetError, UndecouplableLayerError, and what `checkTraining` throws
 */
export function checkRun(
  dataset: Dataset<Images>,
  sets: { train: Images; validation: Images },
  recipe: BinaryDuoRecipe,
  coupled: tf.LayersModel,
  teacher?: tf.LayersModel,
): void {
  checkFits(coupled, dataset);
  checkTraining(coupled, { ...recipe.coupled, ...sets, teacher });
  const teacherTraining = teacherTrainingOf(recipe);
  if (teacher && teacherTraining) checkTraining(teacher, { ...teacherTraining, ...sets });
  const decoupled = decoupledArchitecture(coupled);
  try {
    checkTraining(decoupled, { ...recipe.finetune, ...sets, teacher });
  } finally {
    decoupled.dispose();
  }
}
