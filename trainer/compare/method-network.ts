/** The network that each lane trains, and what the one that it ends with costs. */

import { type Account, account } from '../accounting/index.js';
import { decoupledArchitecture } from '../decoupling/decouple.js';
import { type NetworkRecipe, networkFromRecipe } from '../networks/index.js';
import type * as tf from '../tensorflow/index.js';
import type { Lane } from './methods.js';

/** The three recipes that the lanes' networks are made from. */
export interface LaneRecipes {
  float: NetworkRecipe;
  baseline: NetworkRecipe;
  coupled: NetworkRecipe;
}

/** The network that a lane trains first, with initial weights of its own. */
export function laneNetwork(
  lane: Lane,
  recipes: LaneRecipes,
  seed: number,
  initial: 'random' | 'zeros' = 'random',
): tf.LayersModel {
  const build = (recipe: NetworkRecipe) => networkFromRecipe(recipe, seed, { initial });
  switch (lane) {
    case 'float':
      return build(recipes.float);
    case 'direct':
      return build(recipes.baseline);
    case 'coupled':
    case 'binaryduo':
      return build(recipes.coupled);
    case 'decoupled': {
      const coupled = build(recipes.coupled);
      const network = decoupledArchitecture(coupled);
      coupled.dispose();
      return network;
    }
  }
}

export type Cost = Pick<Account, 'weights' | 'floatMacs' | 'binaryMacs' | 'weightedCost'>;

/** Of the network that a lane ends with. */
export function laneCost(lane: Lane, recipes: LaneRecipes): Cost {
  const network = laneNetwork(lane === 'binaryduo' ? 'decoupled' : lane, recipes, 0, 'zeros');
  const { weights, floatMacs, binaryMacs, weightedCost } = account(network);
  network.dispose();
  return { weights, floatMacs, binaryMacs, weightedCost };
}
