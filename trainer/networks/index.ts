/** The networks that can be asked for by name, in their coupled form. */
import type * as tf from '@tensorflow/tfjs';
import { UsageError } from '../../sdk/errors.js';
import { mnistNetwork } from './mnist.js';

export class UnknownNetworkError extends UsageError {}

const NETWORKS: Record<string, (seed: number) => tf.LayersModel> = { mnist: mnistNetwork };

export const NETWORK_NAMES: readonly string[] = Object.keys(NETWORKS);

/**
 * @param seed of the initial weights
 * @throws UnknownNetworkError
 */
export function createNetwork(name: string, seed: number): tf.LayersModel {
  if (!Object.hasOwn(NETWORKS, name)) {
    throw new UnknownNetworkError(`There is no network "${name}"; there are: ${NETWORK_NAMES.join(', ')}.`);
  }
  return NETWORKS[name](seed);
}

export { mnistNetwork };
