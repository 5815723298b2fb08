/**
 * The built-in recipes.
 *
 * Learning rates and epochs were chosen on validation images. The WebAssembly backend is two to three times slower
 * than the native one, so its recipes have fewer epochs, at a small cost in accuracy.
 */

import { UsageError } from '@bd-edge/sdk/internal';
import type { BackendName } from '../backend/index.js';
import type { Augmentation } from '../data/index.js';
import type { StageRecipe } from '../training/train-options.js';
import type { TrainingRecipe } from './training-recipe.js';

const MNIST: TrainingRecipe = {
  dataset: 'mnist',
  network: 'mnist',
  validationImages: 5000,
  coupled: {
    epochs: 4,
    batchSize: 128,
    optimizer: { kind: 'adam' },
    schedule: { kind: 'cosine', learningRate: 2e-2 },
  },
  finetuned: {
    epochs: 2,
    batchSize: 128,
    optimizer: { kind: 'adam' },
    schedule: { kind: 'cosine', learningRate: 3e-3 },
  },
};

const MNIST_SMALL_BUDGET: TrainingRecipe = {
  ...MNIST,
  coupled: { ...MNIST.coupled, epochs: 2 },
  finetuned: { ...MNIST.finetuned, epochs: 1 },
};

const FASHION_MNIST: TrainingRecipe = {
  ...MNIST,
  dataset: 'fashion-mnist',
  coupled: { ...MNIST.coupled, epochs: 12, schedule: { kind: 'cosine', learningRate: 1e-2 } },
  finetuned: { ...MNIST.finetuned, epochs: 4, schedule: { kind: 'cosine', learningRate: 1e-3 } },
};

const FASHION_MNIST_SMALL_BUDGET: TrainingRecipe = {
  ...FASHION_MNIST,
  coupled: { ...FASHION_MNIST.coupled, epochs: 4 },
  finetuned: { ...FASHION_MNIST.finetuned, epochs: 2 },
};

// The paper's recipes, as in its authors' code: the learning rate drops to a tenth at each step. The total number of
// epochs gives the last drop as many epochs as the ones before it.

/** SGD with Nesterov momentum, and weight decay on everything. */
const PAPER_OPTIMIZER = { kind: 'momentum', momentum: 0.9, nesterov: true, weightDecay: 1e-4 } as const;

/** @param drops epochs, counted from 1 as in the authors' code, before which the learning rate drops to a tenth */
function paperStage(
  epochs: number,
  drops: readonly number[],
  augmentation: Augmentation,
  learningRate = 0.1,
): StageRecipe {
  const schedule = { kind: 'step', learningRate, drops: drops.map((epoch) => epoch - 1) } as const;
  return { epochs, batchSize: 256, optimizer: PAPER_OPTIMIZER, schedule, augmentation };
}

const CIFAR10_AUGMENTATION: Augmentation = { padAndCrop: 4, flip: true };

/** The paper gives no schedule for fine-tuning on CIFAR-10; this one is the project's own. */
const VGG7_CIFAR10: TrainingRecipe = {
  dataset: 'cifar10',
  network: 'vgg7',
  validationImages: 5000,
  coupled: paperStage(200, [121, 161], CIFAR10_AUGMENTATION),
  finetuned: paperStage(60, [31, 46], CIFAR10_AUGMENTATION, 0.01),
};

const IMAGENET_AUGMENTATION: Augmentation = {
  resizedCrop: true,
  flip: true,
  colorJitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4 },
};

/** Trains on a folder of ImageNet, named with `--data` and read with `--stream`. */
const ALEXNET: TrainingRecipe = {
  dataset: 'imagenet',
  network: 'alexnet',
  validationImages: 50_000,
  coupled: paperStage(100, [41, 71, 91], IMAGENET_AUGMENTATION),
  finetuned: paperStage(40, [16, 26, 36], IMAGENET_AUGMENTATION, 0.01),
};

const RESNET18: TrainingRecipe = {
  dataset: 'imagenet',
  network: 'resnet18',
  validationImages: 50_000,
  coupled: paperStage(120, [71, 91, 111], IMAGENET_AUGMENTATION),
  finetuned: paperStage(40, [21, 31, 36], IMAGENET_AUGMENTATION, 0.01),
};

const RECIPES: Record<string, Record<BackendName, TrainingRecipe>> = {
  mnist: { native: MNIST, wasm: MNIST_SMALL_BUDGET },
  'fashion-mnist': { native: FASHION_MNIST, wasm: FASHION_MNIST_SMALL_BUDGET },
  'vgg7-cifar10': { native: VGG7_CIFAR10, wasm: VGG7_CIFAR10 },
  alexnet: { native: ALEXNET, wasm: ALEXNET },
  resnet18: { native: RESNET18, wasm: RESNET18 },
};

export const RECIPE_NAMES: readonly string[] = Object.keys(RECIPES);

/**
 * Returns the recipe of a name, with the number of epochs that suits the backend.
 *
 * @throws {UsageError} `unknown-recipe`
 */
export function recipeFor(name: string, backend: BackendName): TrainingRecipe {
  if (!Object.hasOwn(RECIPES, name)) {
    const message = `unknown recipe "${name}"; expected one of: ${RECIPE_NAMES.join(', ')}.`;
    throw new UsageError('unknown-recipe', message, { received: name, expected: RECIPE_NAMES });
  }
  return RECIPES[name][backend];
}

/**
 * Returns the name of the recipe that is made for a dataset.
 *
 * @param dataset its name for `loadDataset`
 * @throws {UsageError} `no-recipe-for-dataset`, for example for a folder
 */
export function recipeNameFor(dataset: string): string {
  const name = RECIPE_NAMES.find((name) => RECIPES[name].native.dataset === dataset);
  if (name !== undefined) return name;
  throw new UsageError(
    'no-recipe-for-dataset',
    `There is no recipe for the data "${dataset}"; name one of: ${RECIPE_NAMES.join(', ')}.`,
    { received: dataset, expected: RECIPE_NAMES },
  );
}
