/**
 * The lanes of a comparison: ways to a network of the same weights and MACs, each trained for as many epochs in all.
 *
 *     float       baseline width, float32 weights, ReLU: what quantisation is measured against
 *     direct      baseline width, binary activations from the start: what the others must beat
 *     coupled     ternary activations; half the weights, and two bits an activation
 *     binaryduo   coupled, then decoupled and fine-tuned: the epochs of both together
 *     decoupled   the architecture that decoupling makes, trained directly as a binary network
 */
import type * as tf from '@tensorflow/tfjs';
import { type Account, account } from '../accounting/index.js';
import { decoupledArchitecture } from '../decouple.js';
import { type NetworkRecipe, networkFromRecipe } from '../networks/index.js';

export const LANES = ['float', 'direct', 'coupled', 'binaryduo', 'decoupled'] as const;
export type Lane = (typeof LANES)[number];

/** What differences are taken to. */
export const REFERENCE_LANE: Lane = 'direct';

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
