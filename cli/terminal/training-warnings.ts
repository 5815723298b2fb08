import type { TrainingRecipe } from '@bd-edge/trainer';
import type { Trainer } from '../trainer.js';
import { counted } from './output.js';

/**
 * Returns warnings about a training before it begins, one sentence each.
 *
 * @param images the number of training images, without validation images
 */
export function trainingWarnings(
  {
    coupledSpecOf,
    describeObstacles,
    exportObstacles,
    fewSteps,
  }: Pick<Trainer, 'coupledSpecOf' | 'describeObstacles' | 'exportObstacles' | 'fewSteps'>,
  recipe: TrainingRecipe,
  images: number,
): string[] {
  const { batchSize, epochs } = recipe.coupled;
  const few = fewSteps(images, batchSize, epochs);
  return [
    ...(few ? [`Only ${counted(few.total, 'training step')}: lower --batch or raise --epochs.`] : []),
    ...describeObstacles(exportObstacles(coupledSpecOf(recipe))),
  ];
}
