/** The networks that can be asked for by name, and those that a recipe describes. */

import { UsageError } from '@bd-edge/sdk/internal';
import { decoupledArchitecture } from '../decoupling/decouple.js';
import type * as tf from '../tensorflow/index.js';
import { alexnetRecipe } from './alexnet.js';
import { networkFromRecipe } from './from-recipe.js';
import { mnistRecipe } from './mnist.js';
import {
  channelsAt,
  NetworkOptionError,
  type NetworkOptions,
  type RecipeOptions,
  VARIANTS,
} from './options.js';
import type { NetworkRecipe } from './recipe.js';
import { resnet18Recipe, resnet18ScRecipe } from './resnet18.js';
import { vgg7Recipe } from './vgg7.js';
import { withWeights } from './weights.js';

export { withChannelScales } from './channel-scales.js';
export { type BuildOptions, networkFromRecipe } from './from-recipe.js';
export { fullPrecision } from './full-precision.js';
export { baselineOf } from './matching-width.js';
export {
  NetworkOptionError,
  type NetworkOptions,
  VARIANTS,
  type Variant,
  type WeightKind,
  type Weights,
} from './options.js';
export {
  InvalidRecipeError,
  type NetworkRecipe,
  type PlainLayer,
  parseNetworkRecipe,
  type RecipeLayer,
  type ResidualLayer,
  readNetworkRecipe,
} from './recipe.js';
export { withWeights } from './weights.js';

export class UnknownNetworkError extends UsageError {
  override readonly name = 'UnknownNetworkError';
}

const NETWORKS: Record<string, (options: RecipeOptions) => NetworkRecipe> = {
  mnist: mnistRecipe,
  vgg7: vgg7Recipe,
  alexnet: alexnetRecipe,
  resnet18: resnet18Recipe,
  'resnet18-sc': resnet18ScRecipe,
};

export const NETWORK_NAMES: readonly string[] = Object.keys(NETWORKS);

/**
 * The recipe of a network that has a name. A decoupled network has the coupled one's.
 *
 * @throws UnknownNetworkError
 * @throws NetworkOptionError
 */
export function networkRecipe(name: string, options: Omit<NetworkOptions, 'initial'> = {}): NetworkRecipe {
  if (!Object.hasOwn(NETWORKS, name)) {
    throw new UnknownNetworkError(`There is no network "${name}"; there are: ${NETWORK_NAMES.join(', ')}.`);
  }
  const { variant = 'coupled', width = 1, weights = 'binary', input, classes } = options;
  if (!VARIANTS.includes(variant)) {
    throw new NetworkOptionError(`There is no variant "${variant}"; there are: ${VARIANTS.join(', ')}.`);
  }
  const recipe = NETWORKS[name]({
    variant: variant === 'baseline' ? 'baseline' : 'coupled',
    channels: channelsAt(width),
    input,
    classes,
  });
  return withWeights(recipe, weights);
}

/**
 * @param seed of the initial weights
 * @param options default: the coupled network with binary weights, for the paper's images and classes
 * @throws UnknownNetworkError
 * @throws NetworkOptionError
 * @throws InvalidRecipeError where the input is too small for the network
 */
export function createNetwork(name: string, seed: number, options: NetworkOptions = {}): tf.LayersModel {
  const network = networkFromRecipe(networkRecipe(name, options), seed, { initial: options.initial });
  if (options.variant !== 'decoupled') return network;
  const decoupled = decoupledArchitecture(network);
  network.dispose();
  return decoupled;
}

/** The coupled MNIST network. */
export function mnistNetwork(seed: number): tf.LayersModel {
  return createNetwork('mnist', seed);
}
