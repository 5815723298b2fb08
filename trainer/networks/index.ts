/** The networks that can be asked for by name, and those that a recipe describes. */

import { UsageError } from '@bd-edge/sdk/internal';
import { decoupledArchitecture } from '../decoupling/decouple.js';
import type * as tf from '../tensorflow/index.js';
import { alexnetSpec } from './alexnet.js';
import { buildNetwork } from './build-network.js';
import { mnistSpec } from './mnist.js';
import {
  channelsAt,
  NetworkOptionError,
  type NetworkOptions,
  type SpecOptions,
  VARIANTS,
} from './options.js';
import type { NetworkSpec } from './network-spec.js';
import { resnet18Spec, resnet18ScSpec } from './resnet18.js';
import { vgg7Spec } from './vgg7.js';
import { withWeights } from './weights.js';

export { withChannelScales } from './channel-scales.js';
export { type BuildOptions, buildNetwork } from './build-network.js';
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
  type NetworkSpec,
  type PlainLayerSpec,
  parseNetworkSpec,
  type LayerSpec,
  type ResidualLayerSpec,
  readNetworkSpec,
} from './network-spec.js';
export { withWeights } from './weights.js';

export class UnknownNetworkError extends UsageError {
  override readonly name = 'UnknownNetworkError';
}

const NETWORKS: Record<string, (options: SpecOptions) => NetworkSpec> = {
  mnist: mnistSpec,
  vgg7: vgg7Spec,
  alexnet: alexnetSpec,
  resnet18: resnet18Spec,
  'resnet18-sc': resnet18ScSpec,
};

export const NETWORK_NAMES: readonly string[] = Object.keys(NETWORKS);

/**
 * The recipe of a network that has a name. A decoupled network has the coupled one's.
 *
 * @throws UnknownNetworkError
 * @throws NetworkOptionError
 */
export function networkSpec(name: string, options: Omit<NetworkOptions, 'initial'> = {}): NetworkSpec {
  if (!Object.hasOwn(NETWORKS, name)) {
    throw new UnknownNetworkError(`There is no network "${name}"; there are: ${NETWORK_NAMES.join(', ')}.`);
  }
  const { variant = 'coupled', width = 1, weights = 'binary', input, classCount } = options;
  if (!VARIANTS.includes(variant)) {
    throw new NetworkOptionError(`There is no variant "${variant}"; there are: ${VARIANTS.join(', ')}.`);
  }
  const recipe = NETWORKS[name]({
    variant: variant === 'baseline' ? 'baseline' : 'coupled',
    channels: channelsAt(width),
    input,
    classCount,
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
  const network = buildNetwork(networkSpec(name, options), seed, { initial: options.initial });
  if (options.variant !== 'decoupled') return network;
  const decoupled = decoupledArchitecture(network);
  network.dispose();
  return decoupled;
}

/** The coupled MNIST network. */
export function mnistNetwork(seed: number): tf.LayersModel {
  return createNetwork('mnist', seed);
}
