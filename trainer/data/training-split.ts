import { Random } from '../numbers/random.js';
import { type Dataset, type Images, subset } from './dataset.js';
import { splitValidation } from './split.js';

/**
 * Splits a dataset's training images into those that train a run and those that validate it. `trainBinaryDuo` uses the
 * same split for the same arguments.
 *
 * @param validationImages the recipe's number, which is limited to a tenth of the training images
 * @param seed the run's seed
 * @param limit the run's limit
 * @throws {UsageError} `invalid-split` if there are too few images for both
 */
export function trainingSplit<Kind extends Images>(
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
