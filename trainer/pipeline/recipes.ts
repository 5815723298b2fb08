/**
 * The recipes: everything that a training run needs to know, as plain data.
 *
 * Learning rates and epochs were chosen on the validation split. The WebAssembly backend is two to three times slower
 * than the native one, so its recipe has a smaller budget and gives up a little accuracy for it.
 */

import { UsageError } from '@bd-edge/sdk/internal';
import type { BackendName } from '../backend/index.js';
import type { Augmentation } from '../data/index.js';
import {
  baselineOf,
  fullPrecision,
  type NetworkRecipe,
  networkFromRecipe,
  networkRecipe,
  type Weights,
  withChannelScales,
  withWeights,
} from '../networks/index.js';
import type * as tf from '../tensorflow/index.js';
import type { TrainingRecipe } from '../training/train-options.js';

export interface BinaryDuoRecipe {
  /** Name for `loadDataset`; 'imagenet' stands for a folder that has to be named. */
  dataset: string;
  /** Name for `createNetwork`, which is asked for it when the recipe is used; or a coupled network of one's own. */
  network: string | NetworkRecipe;
  /** Of the network. Default: 'binary', what can be deployed. */
  weights?: Weights;
  /** A scale for each output of the binary layers instead of one a layer. Default: false. */
  channelScales?: boolean;
  /** Multiplies the channels of a network that has a name. Default: 1. */
  width?: number;
  /** Outputs of a network that has a name; see `withClassesOf`. Default: the classes of the paper's dataset. */
  classes?: number;
  /** Training images held out for choosing the best epoch. */
  validationImages: number;
  /** Of the float network that distillation learns from. Default: the coupled network's, without its loss. */
  teacher?: TrainingRecipe;
  /** Of the ternary network. */
  coupled: TrainingRecipe;
  /** Of the binary network that it becomes. */
  finetune: TrainingRecipe;
}

const MNIST: BinaryDuoRecipe = {
  dataset: 'mnist',
  network: 'mnist',
  validationImages: 5000,
  coupled: {
    epochs: 4,
    batchSize: 128,
    optimizer: { kind: 'adam' },
    schedule: { kind: 'cosine', rate: 2e-2 },
  },
  finetune: {
    epochs: 2,
    batchSize: 128,
    optimizer: { kind: 'adam' },
    schedule: { kind: 'cosine', rate: 3e-3 },
  },
};

const MNIST_SMALL_BUDGET: BinaryDuoRecipe = {
  ...MNIST,
  coupled: { ...MNIST.coupled, epochs: 2 },
  finetune: { ...MNIST.finetune, epochs: 1 },
};

const FASHION_MNIST: BinaryDuoRecipe = {
  ...MNIST,
  dataset: 'fashion-mnist',
  coupled: { ...MNIST.coupled, epochs: 12, schedule: { kind: 'cosine', rate: 1e-2 } },
  finetune: { ...MNIST.finetune, epochs: 4, schedule: { kind: 'cosine', rate: 1e-3 } },
};

const FASHION_MNIST_SMALL_BUDGET: BinaryDuoRecipe = {
  ...FASHION_MNIST,
  coupled: { ...FASHION_MNIST.coupled, epochs: 4 },
  finetune: { ...FASHION_MNIST.finetune, epochs: 2 },
};

// The paper's recipes, as its authors' code has them: a tenth of the learning rate at each drop. The total of epochs
// is where the code's last drop has had as long as the ones before it.

/** SGD with Nesterov momentum, and weight decay on everything. */
const PAPER_OPTIMIZER = { kind: 'momentum', momentum: 0.9, nesterov: true, weightDecay: 1e-4 } as const;

/** @param drops epochs, counted from 1 as in the authors' code, that begin at a tenth of the rate before */
function paperStage(
  epochs: number,
  drops: readonly number[],
  augmentation: Augmentation,
  rate = 0.1,
): TrainingRecipe {
  const schedule = { kind: 'step', rate, drops: drops.map((epoch) => epoch - 1) } as const;
  return { epochs, batchSize: 256, optimizer: PAPER_OPTIMIZER, schedule, augmentation };
}

const CIFAR10_AUGMENTATION: Augmentation = { padAndCrop: 4, flip: true };

/** The paper trains it from one run, without a schedule of its own for fine-tuning: that one is this project's. */
const VGG7_CIFAR10: BinaryDuoRecipe = {
  dataset: 'cifar10',
  network: 'vgg7',
  validationImages: 5000,
  coupled: paperStage(200, [121, 161], CIFAR10_AUGMENTATION),
  finetune: paperStage(60, [31, 46], CIFAR10_AUGMENTATION, 0.01),
};

const IMAGENET_AUGMENTATION: Augmentation = {
  resizedCrop: true,
  flip: true,
  colorJitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4 },
};

/** Data: a folder of ImageNet, named with `--data`, read with `--stream`. */
const ALEXNET: BinaryDuoRecipe = {
  dataset: 'imagenet',
  network: 'alexnet',
  validationImages: 50_000,
  coupled: paperStage(100, [41, 71, 91], IMAGENET_AUGMENTATION),
  finetune: paperStage(40, [16, 26, 36], IMAGENET_AUGMENTATION, 0.01),
};

const RESNET18: BinaryDuoRecipe = {
  dataset: 'imagenet',
  network: 'resnet18',
  validationImages: 50_000,
  coupled: paperStage(120, [71, 91, 111], IMAGENET_AUGMENTATION),
  finetune: paperStage(40, [21, 31, 36], IMAGENET_AUGMENTATION, 0.01),
};

const RECIPES: Record<string, Record<BackendName, BinaryDuoRecipe>> = {
  mnist: { native: MNIST, wasm: MNIST_SMALL_BUDGET },
  'fashion-mnist': { native: FASHION_MNIST, wasm: FASHION_MNIST_SMALL_BUDGET },
  'vgg7-cifar10': { native: VGG7_CIFAR10, wasm: VGG7_CIFAR10 },
  alexnet: { native: ALEXNET, wasm: ALEXNET },
  resnet18: { native: RESNET18, wasm: RESNET18 },
};

export class UnknownRecipeError extends UsageError {
  override readonly name = 'UnknownRecipeError';
}

export const RECIPE_NAMES: readonly string[] = Object.keys(RECIPES);

/**
 * @returns the recipe whose budget fits the backend
 * @throws UnknownRecipeError
 */
export function recipeFor(name: string, backend: BackendName): BinaryDuoRecipe {
  if (!Object.hasOwn(RECIPES, name)) {
    throw new UnknownRecipeError(`There is no recipe "${name}"; there are: ${RECIPE_NAMES.join(', ')}.`);
  }
  return RECIPES[name][backend];
}

/**
 * @param dataset as one names it to `loadDataset`
 * @returns the name of the recipe made for it
 * @throws UnknownRecipeError where there is none, as for folders of one's own
 */
export function recipeOf(dataset: string): string {
  const name = RECIPE_NAMES.find((name) => RECIPES[name].native.dataset === dataset);
  if (name !== undefined) return name;
  throw new UnknownRecipeError(
    `No recipe is made for the data "${dataset}"; choose one that fits: ${RECIPE_NAMES.join(', ')}.`,
  );
}

/**
 * The coupled network that a recipe trains first, as data.
 *
 * @throws UnknownNetworkError, NetworkOptionError, InvalidRecipeError
 */
export function coupledRecipe(recipe: BinaryDuoRecipe): NetworkRecipe {
  const { network, weights = 'binary', width, classes, channelScales } = recipe;
  const plain = typeof network === 'string' ? networkRecipe(network, { width, classes }) : network;
  return withWeights(channelScales ? withChannelScales(plain) : plain, weights);
}

/**
 * The coupled network that a recipe trains first.
 *
 * @param seed of the initial weights
 * @throws UnknownNetworkError, NetworkOptionError, InvalidRecipeError
 */
export function networkOf(recipe: BinaryDuoRecipe, seed: number): tf.LayersModel {
  return networkFromRecipe(coupledRecipe(recipe), seed);
}

/**
 * The float network of the same weights and MACs as the binary one that a recipe leads to: the teacher of distillation.
 *
 * @param seed of the initial weights
 * @throws UnknownNetworkError, NetworkOptionError, InvalidRecipeError
 */
export function teacherOf({ network, width, classes }: BinaryDuoRecipe, seed: number): tf.LayersModel {
  const named = typeof network === 'string';
  const options = { width, classes, variant: 'baseline' } as const;
  const baseline = named ? networkRecipe(network, options) : baselineOf(network);
  return networkFromRecipe(fullPrecision(baseline), seed);
}

/** How the teacher is trained; undefined where the recipe distils nothing. */
export function teacherTrainingOf({
  coupled,
  finetune,
  teacher,
}: BinaryDuoRecipe): TrainingRecipe | undefined {
  if (!coupled.loss?.distillation && !finetune.loss?.distillation) return undefined;
  const { loss: _, ...likeCoupled } = coupled;
  return teacher ?? likeCoupled;
}

/** What a recipe's network is called. */
export function networkName({ network }: Pick<BinaryDuoRecipe, 'network'>): string {
  return typeof network === 'string' ? network : (network.name ?? 'network');
}
