/**
 * A stratified split: a validation set held out of the training set, with the classes in the same proportions. Choices,
 * such as epochs and learning rates, are made on images that neither train nor test the network.
 */
import { sampleIndices, stratified, UsageError } from '@bd-edge/sdk/internal';
import { Random } from '../numbers/random.js';
import { type Images, subset } from './dataset.js';

/**
 * Holds out a number of images.
 *
 * @param count number of images to hold out, 0 < count < set.count
 * @returns both parts in the set's order; the same seed gives the same split
 * @throws {UsageError} `invalid-split` for another count, and for a set of fewer than two images
 */
export function splitValidation<Kind extends Images>(
  set: Kind,
  count: number,
  seed: number,
): { train: Kind; validation: Kind } {
  if (set.count < 2) {
    throw new UsageError(
      'invalid-split',
      `A set of ${set.count} images cannot be split into training and validation images; expected 2 or more.`,
      { received: set.count, expected: '2 or more' },
    );
  }
  if (!Number.isInteger(count) || count <= 0 || count >= set.count) {
    const expected = `an integer from 1 to ${set.count - 1}`;
    throw new UsageError(
      'invalid-split',
      `Cannot hold out ${count} of ${set.count} images; expected ${expected}.`,
      { received: count, expected },
    );
  }
  const held = stratified(set.labels, count, new Random(seed));
  const indices = Array.from({ length: set.count }, (_, i) => i);
  return {
    train: subset(
      set,
      indices.filter((i) => !held[i]),
    ),
    validation: subset(
      set,
      indices.filter((i) => held[i]),
    ),
  };
}

/**
 * Draws images of a set, with the classes in the same proportions. If the set is smaller, it is returned whole.
 *
 * @param count number of images, from 1
 * @returns images in the set's order; the same seed gives the same images
 */
export function sampleImages<Kind extends Images>(set: Kind, count: number, seed: number): Kind {
  if (count >= set.count) return set;
  return subset(set, sampleIndices(set.labels, count, seed));
}
