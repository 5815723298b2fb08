/**
 * The recipes: everything that a training run needs to know, as plain data.
 *
 * Learning rates and epochs were chosen on the validation split. The WebAssembly backend is two to three times slower
 * than the native one, so its recipe has a smaller budget and gives up a little accuracy for it.
 */
import { UsageError } from '../sdk/errors.js';
import type { BackendName } from './backend/index.js';
import type { TrainingRecipe } from './train.js';

export interface BinaryDuoRecipe {
  /** Name for `loadDataset`. */
  dataset: string;
  /** Name for `createNetwork`. */
  network: string;
  /** Training images held out for choosing the best epoch. */
  validationImages: number;
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
    optimiser: { kind: 'adam' },
    schedule: { kind: 'cosine', rate: 2e-2 },
  },
  finetune: {
    epochs: 2,
    batchSize: 128,
    optimiser: { kind: 'adam' },
    schedule: { kind: 'cosine', rate: 3e-3 },
  },
};

const MNIST_SMALL_BUDGET: BinaryDuoRecipe = {
  ...MNIST,
  coupled: { ...MNIST.coupled, epochs: 2 },
  finetune: { ...MNIST.finetune, epochs: 1 },
};

const RECIPES: Record<string, Record<BackendName, BinaryDuoRecipe>> = {
  mnist: { native: MNIST, wasm: MNIST_SMALL_BUDGET },
};

export class UnknownRecipeError extends UsageError {}

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
