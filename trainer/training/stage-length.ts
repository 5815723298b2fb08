/** A recipe's training at another length and rate. */
import type { TrainingRecipe } from './train-options.js';

/**
 * Steps of the learning rate keep their place in proportion: a drop after 60 % of the epochs stays one, and no rate drops
 * before the first epoch has ended.
 */
export function stageOf(recipe: TrainingRecipe, epochs: number, rate: number): TrainingRecipe {
  const { schedule } = recipe;
  if (schedule.kind === 'cosine') return { ...recipe, epochs, schedule: { ...schedule, rate } };
  const drops = schedule.drops.map((epoch) => Math.max(1, Math.round((epoch * epochs) / recipe.epochs)));
  return { ...recipe, epochs, schedule: { ...schedule, rate, drops } };
}
