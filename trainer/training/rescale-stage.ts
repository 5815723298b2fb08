import type { StageRecipe } from './train-options.js';

/**
 * Returns a stage's recipe for another number of epochs and another learning rate.
 *
 * Learning rate drops keep their relative position: a drop after 60 % of the epochs stays there. No drop comes before
 * the end of the first epoch.
 */
export function rescaleStage(recipe: StageRecipe, epochs: number, learningRate: number): StageRecipe {
  const { schedule } = recipe;
  if (schedule.kind === 'cosine') return { ...recipe, epochs, schedule: { ...schedule, learningRate } };
  const drops = schedule.drops.map((epoch) => Math.max(1, Math.round((epoch * epochs) / recipe.epochs)));
  return { ...recipe, epochs, schedule: { ...schedule, learningRate, drops } };
}
