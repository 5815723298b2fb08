/** The built-in networks, and those that a {@link NetworkSpec} describes. */
import { UsageError } from '@bd-edge/sdk/internal';
import { decoupledArchitecture } from '../decoupling/decouple.js';
import type * as tf from '../tensorflow/index.js';
import { alexnetSpec } from './alexnet.js';
import { buildNetwork } from './build-network.js';
import { mnistSpec } from './mnist.js';
import type { NetworkSpec } from './network-spec.js';
import { channelsAt, type NetworkOptions, type SpecOptions, VARIANTS } from './options.js';
import { resnet18ScSpec, resnet18Spec } from './resnet18.js';
import { vgg7Spec } from './vgg7.js';
import { withWeights } from './weights.js';

export { type BuildOptions, buildNetwork } from './build-network.js';
export { withChannelScales } from './channel-scales.js';
export { fullPrecision } from './full-precision.js';
export { baselineOf } from './matching-width.js';
export {
  type LayerSpec,
  type NetworkSpec,
  type PlainLayerSpec,
  parseNetworkSpec,
  type ResidualLayerSpec,
  readNetworkSpec,
} from './network-spec.js';
export { type NetworkOptions, VARIANTS, type Variant, type WeightKind, type Weights } from './options.js';
export { withWeights } from './weights.js';

const NETWORKS: Record<string, (options: SpecOptions) => NetworkSpec> = {
  mnist: mnistSpec,
  vgg7: vgg7Spec,
  alexnet: alexnetSpec,
  resnet18: resnet18Spec,
  'resnet18-sc': resnet18ScSpec,
};

export const NETWORK_NAMES: readonly string[] = Object.keys(NETWORKS);

/**
 * Describes a built-in network. A decoupled network has the description of the coupled one.
 *
 * @throws {UsageError} with code `unknown-network`, `unknown-variant`, `invalid-width` or `invalid-weights`
 */
export function networkSpec(name: string, options: Omit<NetworkOptions, 'initial'> = {}): NetworkSpec {
  if (!Object.hasOwn(NETWORKS, name))
    throw new UsageError(
      'unknown-network',
      `Unknown network "${name}"; expected one of ${NETWORK_NAMES.join(', ')}.`,
      { received: name, expected: NETWORK_NAMES },
    );
  const { variant = 'coupled', width = 1, weights = 'binary', input, classCount } = options;
  if (!VARIANTS.includes(variant))
    throw new UsageError(
      'unknown-variant',
      `Unknown variant "${variant}"; expected one of ${VARIANTS.join(', ')}.`,
      { received: variant, expected: VARIANTS },
    );
  const spec = NETWORKS[name]({
    variant: variant === 'baseline' ? 'baseline' : 'coupled',
    channels: channelsAt(width),
    input,
    classCount,
  });
  return withWeights(spec, weights);
}

/**
 * Builds a built-in network.
 *
 * @param seed the seed of the initial weights
 * @param options default: the coupled network with binary weights, for the paper's images and classes
 * @throws {UsageError} as {@link networkSpec}
 * @throws {FileError} with code `invalid-network-spec` if the input is too small for the network
 */
export function createNetwork(name: string, seed: number, options: NetworkOptions = {}): tf.LayersModel {
  const network = buildNetwork(networkSpec(name, options), seed, { initial: options.initial });
  if (options.variant !== 'decoupled') return network;
  const decoupled = decoupledArchitecture(network);
  network.dispose();
  return decoupled;
}

/** Builds the coupled MNIST network. */
export function mnistNetwork(seed: number): tf.LayersModel {
  return createNetwork('mnist', seed);
}
