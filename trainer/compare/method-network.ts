/** The network of each method, and its cost. */

import { type Account, account } from '../accounting/index.js';
import { decoupledArchitecture } from '../decoupling/decouple.js';
import { buildNetwork, type NetworkSpec } from '../networks/index.js';
import type * as tf from '../tensorflow/index.js';
import type { Method } from './methods.js';

/** The three networks from which those of all methods are built. */
export interface MethodNetworks {
  float: NetworkSpec;
  baseline: NetworkSpec;
  coupled: NetworkSpec;
}

/** Builds the network that a method trains first. */
export function methodNetwork(
  method: Method,
  networks: MethodNetworks,
  seed: number,
  initial: 'random' | 'zeros' = 'random',
): tf.LayersModel {
  const build = (spec: NetworkSpec) => buildNetwork(spec, seed, { initial });
  switch (method) {
    case 'float':
      return build(networks.float);
    case 'direct':
      return build(networks.baseline);
    case 'coupled':
    case 'binaryduo':
      return build(networks.coupled);
    case 'decoupled': {
      const coupled = build(networks.coupled);
      const network = decoupledArchitecture(coupled);
      coupled.dispose();
      return network;
    }
  }
}

export type Cost = Pick<Account, 'weights' | 'floatMacs' | 'binaryMacs' | 'weightedCost'>;

/** Returns the cost of the network that a method ends with. */
export function methodCost(method: Method, networks: MethodNetworks): Cost {
  const network = methodNetwork(method === 'binaryduo' ? 'decoupled' : method, networks, 0, 'zeros');
  const { weights, floatMacs, binaryMacs, weightedCost } = account(network);
  network.dispose();
  return { weights, floatMacs, binaryMacs, weightedCost };
}
