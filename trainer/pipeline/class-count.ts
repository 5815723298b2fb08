import type { Dataset, Images } from '../data/index.js';
import { IncompatibleDataError } from '../errors.js';
import { outputLayer } from '../networks/map-layers.js';
import type { TrainingRecipe } from './training-recipe.js';

/**
 * Gives a named network one output for each class of the dataset. A network spec keeps its outputs.
 *
 * @throws {IncompatibleDataError} `too-few-outputs` if a network spec has fewer outputs than the dataset has classes
 */
export function withClassCountOf(
  { name, classNames }: Pick<Dataset<Images>, 'name' | 'classNames'>,
  recipe: TrainingRecipe,
): TrainingRecipe {
  const { network } = recipe;
  if (typeof network === 'string') return { ...recipe, classCount: classNames.length };
  const layer = outputLayer(network);
  if (layer && 'units' in layer && layer.units < classNames.length) {
    const which = layer.name ?? `layers.${network.layers.indexOf(layer)} (${layer.kind})`;
    throw new IncompatibleDataError(
      'too-few-outputs',
      `${name} has ${classNames.length} classes, but the network's last layer with weights, ${which}, has "units": ${layer.units}; set "units" to ${classNames.length} or more.`,
      { received: layer.units, expected: `${classNames.length} or more` },
    );
  }
  return recipe;
}
