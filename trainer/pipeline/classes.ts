/** As many outputs as there are classes to tell apart. */
import { UsageError } from '@bd-edge/sdk/internal';
import type { Dataset, Images } from '../data/index.js';
import { outputLayer } from '../networks/map-layers.js';
import type { BinaryDuoRecipe } from './recipes.js';

/** A network of one's own with fewer outputs than the data has classes. */
export class TooFewOutputsError extends UsageError {
  override readonly name = 'TooFewOutputsError';
}

/**
 * A built-in network gets an output for each class; one of one's own keeps those that it has.
 *
 * @throws TooFewOutputsError naming the layer of a network of one's own whose units are too few
 */
export function withClassesOf(
  { name, classes }: Pick<Dataset<Images>, 'name' | 'classes'>,
  recipe: BinaryDuoRecipe,
): BinaryDuoRecipe {
  const { network } = recipe;
  if (typeof network === 'string') return { ...recipe, classes: classes.length };
  const layer = outputLayer(network);
  if (layer && 'units' in layer && layer.units < classes.length) {
    const which = layer.name ?? `layers.${network.layers.indexOf(layer)} (${layer.kind})`;
    throw new TooFewOutputsError(
      `${name} has ${classes.length} classes, and the network's last layer with weights, ${which}, has "units": ${layer.units}; write "units": ${classes.length} there.`,
    );
  }
  return recipe;
}
