/**
 * A stratified split: a validation set held out of the training set with the classes in the same proportions, so that
 * choices (epochs, learning rates) are made on images that neither trained the network nor test it.
 */
import { UsageError } from '@bd-edge/sdk/internal';
import { Random } from '../numbers/random.js';
import { type Images, subset } from './dataset.js';

export class InvalidSplitError extends UsageError {
  override readonly name = 'InvalidSplitError';
}

/**
 * @param count images to hold out, 0 < count < set.count
 * @returns both parts in the set's order; the same seed gives the same split
 * @throws InvalidSplitError for another count, and for a set of fewer than two images
 */
export function splitValidation<Kind extends Images>(
  set: Kind,
  count: number,
  seed: number,
): { train: Kind; validation: Kind } {
  if (set.count < 2) {
    throw new InvalidSplitError(
      `A set of ${set.count} cannot be divided into images to train on and images to choose by; give it 2 or more.`,
    );
  }
  if (!Number.isInteger(count) || count <= 0 || count >= set.count) {
    throw new InvalidSplitError(
      `${count} of ${set.count} images cannot be held out; ask for 1 to ${set.count - 1}, a whole number.`,
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
 * Some images of a set, the classes in the same proportions; all of them where it has no more.
 *
 * @param count from 1
 * @returns in the set's order; the same seed gives the same ones
 */
export function drawImages<Kind extends Images>(set: Kind, count: number, seed: number): Kind {
  if (count >= set.count) return set;
  return splitValidation(set, count, new Random(seed).seed()).validation;
}

/**
 * Lines the images up class by class, shuffled within each, and takes every (size / count)-th: each class then gives
 * its share, rounded up or down.
 */
function stratified(labels: ArrayLike<number>, count: number, random: Random): Uint8Array {
  const order = random.shuffle(Uint32Array.from({ length: labels.length }, (_, i) => i));
  const byClass = Array.from(order).sort((a, b) => labels[a] - labels[b]);
  const held = new Uint8Array(labels.length);
  for (let k = 0; k < count; k++) held[byClass[Math.floor((k * labels.length) / count)]] = 1;
  return held;
}
