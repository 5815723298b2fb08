/** How a run divides the training images that it is given: into those it learns from and those that choose. */
import { Random } from '../numbers/random.js';
import { type Dataset, type Images, subset } from './dataset.js';
import { splitValidation } from './split.js';

/**
 * How `trainBinaryDuo` divides a dataset's training images, for whoever wants the same validation images later.
 *
 * @param validationImages the recipe's; no more than a tenth of the training images are taken
 * @param seed the run's
 * @param limit the run's
 * @throws InvalidSplitError where there are too few images for both
 */
export function heldOut<Kind extends Images>(
  { train: all }: Pick<Dataset<Kind>, 'train'>,
  validationImages: number,
  seed: number,
  limit?: number,
): { train: Kind; validation: Kind } {
  const random = new Random(new Random(seed).seed());
  const splitSeed = random.state;
  let images = all;
  if (limit !== undefined && limit < all.count) {
    const order = random.shuffle(Uint32Array.from({ length: all.count }, (_, i) => i));
    images = subset(all, order.slice(0, limit).sort());
  }
  const count = Math.min(validationImages, Math.max(1, Math.floor(images.count / 10)));
  return splitValidation(images, count, splitSeed);
}
