/** The recipe of a whole BinaryDuo training, and the networks that it describes. */

import {
  baselineOf,
  buildNetwork,
  fullPrecision,
  type NetworkSpec,
  networkSpec,
  type Weights,
  withChannelScales,
  withWeights,
} from '../networks/index.js';
import type * as tf from '../tensorflow/index.js';
import type { StageRecipe } from '../training/train-options.js';

/** Everything that a training run needs to know, as plain data. */
export interface TrainingRecipe {
  /** A name for `loadDataset`. 'imagenet' stands for a folder that the user names. */
  dataset: string;
  /** A name for `createNetwork`, or the coupled network itself. */
  network: string | NetworkSpec;
  /** The weights of the network. Default: 'binary', which can be deployed. */
  weights?: Weights;
  /** Gives each output of a binary layer a scale of its own instead of one for the layer. Default: false. */
  channelScales?: boolean;
  /** Multiplies the channels of a named network. Default: 1. */
  width?: number;
  /** Number of outputs of a named network; see `withClassCountOf`. Default: the classes of the paper's dataset. */
  classCount?: number;
  /** Number of training images held out for choosing the best epoch. */
  validationImages: number;
  /** Trains the float teacher of distillation. Default: `coupled` without its loss. */
  teacher?: StageRecipe;
  /** Trains the ternary network. */
  coupled: StageRecipe;
  /** Trains the binary network that it is decoupled into. With 0 epochs, that network stays as it is. */
  finetuned: StageRecipe;
}

/**
 * Returns the description of the coupled network that a recipe trains first.
 *
 * @throws {UsageError} `unknown-network`, and for options or a description that are not valid
 */
export function coupledSpecOf(recipe: TrainingRecipe): NetworkSpec {
  const { network, weights = 'binary', width, classCount, channelScales } = recipe;
  const plain = typeof network === 'string' ? networkSpec(network, { width, classCount }) : network;
  return withWeights(channelScales ? withChannelScales(plain) : plain, weights);
}

/**
 * Builds the coupled network that a recipe trains first.
 *
 * @param seed seed of the initial weights
 * @throws {UsageError} as `coupledSpecOf`
 */
export function coupledNetworkOf(recipe: TrainingRecipe, seed: number): tf.LayersModel {
  return buildNetwork(coupledSpecOf(recipe), seed);
}

/**
 * Builds the teacher of distillation: the float network with the weights and MACs of the recipe's binary network.
 *
 * @param seed seed of the initial weights
 * @throws {UsageError} as `coupledSpecOf`
 */
export function teacherNetworkOf(
  { network, width, classCount }: TrainingRecipe,
  seed: number,
): tf.LayersModel {
  const baseline =
    typeof network === 'string'
      ? networkSpec(network, { width, classCount, variant: 'baseline' })
      : baselineOf(network);
  return buildNetwork(fullPrecision(baseline), seed);
}

/** Returns how the teacher is trained; undefined if the recipe does not use distillation. */
export function teacherRecipeOf({ coupled, finetuned, teacher }: TrainingRecipe): StageRecipe | undefined {
  if (!coupled.loss?.distillation && !finetuned.loss?.distillation) return undefined;
  const { loss: _, ...likeCoupled } = coupled;
  return teacher ?? likeCoupled;
}

/** Returns the name of a recipe's network. */
export function networkName({ network }: Pick<TrainingRecipe, 'network'>): string {
  return typeof network === 'string' ? network : (network.name ?? 'network');
}
