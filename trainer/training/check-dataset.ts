/** Whether a dataset and a network go together. */

import { UsageError } from '@bd-edge/sdk/internal';
import type { Dataset, Images } from '../data/index.js';
import type * as tf from '../tensorflow/index.js';

/** A dataset and a network that do not go together. */
export class UnfitDatasetError extends UsageError {
  override readonly name = 'UnfitDatasetError';
}

/**
 * @throws UnfitDatasetError where a network does not take such images, has too few outputs for their classes, or
 *   where the test images are none, of another size, or of other classes
 */
export function checkFits(network: tf.LayersModel, { name, classes, train, test }: Dataset<Images>): void {
  const takes = network.inputs[0].shape.slice(1).join(' x ');
  const outputs = network.outputs[0].shape.at(-1) as number;
  const sizeOf = ({ height, width, channels }: Images) => [height, width, channels].join(' x ');
  const has = sizeOf(train);
  if (takes !== has || classes.length > outputs) {
    throw new UnfitDatasetError(
      `${name} has images of ${has} and ${classes.length} classes, and the network takes ${takes} and tells ${outputs} apart; choose a recipe for such data.`,
    );
  }
  if (sizeOf(test) !== has || test.count === 0) {
    throw new UnfitDatasetError(
      `${name} has ${test.count} test images of ${sizeOf(test)} for training images of ${has}; give it test images of that size.`,
    );
  }
  for (const [set, { labels }] of Object.entries({ training: train, test })) {
    const label = labels.find((label) => label >= classes.length);
    if (label === undefined) continue;
    throw new UnfitDatasetError(
      `A ${set} image of ${name} has the label ${label}, and there are ${classes.length} classes, from 0; mend its labels.`,
    );
  }
}
