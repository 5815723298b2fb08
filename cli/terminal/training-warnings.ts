import type { BinaryDuoRecipe } from '@bd-edge/trainer';

/**
 * Hours later it would be too late: what is known of a training before it begins. A sentence each.
 *
 * @param images that train it, without those held out
 */
export function trainingWarnings(
  recipe: BinaryDuoRecipe,
  images: number,
  {
    coupledRecipe,
    describeObstacles,
    exportObstacles,
    fewSteps,
  }: Pick<
    typeof import('@bd-edge/trainer'),
    'coupledRecipe' | 'describeObstacles' | 'exportObstacles' | 'fewSteps'
  >,
): string[] {
  const { batchSize, epochs } = recipe.coupled;
  const few = fewSteps(images, batchSize, epochs);
  return [
    ...(few
      ? [
          `Optimizer steps are few, ${few.inAll} in all and ${few.anEpoch} an epoch; take a smaller --batch or more --epochs.`,
        ]
      : []),
    ...describeObstacles(exportObstacles(coupledRecipe(recipe))),
  ];
}
