import type { Dataset, Images } from '../data/index.js';
import { IncompatibleDataError } from '../errors.js';
import type * as tf from '../tensorflow/index.js';

/**
 * Checks that a dataset and a network fit together.
 *
 * @throws {IncompatibleDataError} `image-size` if the network does not accept images of this size, `class-count` if it has
 *   too few outputs, `test-images` if there are no test images or their size differs, `label-range` if a label is not
 *   the index of a class
 */
export function checkCompatible(
  network: tf.LayersModel,
  { name, classNames, train, test }: Dataset<Images>,
): void {
  const accepted = network.inputs[0].shape.slice(1).join(' x ');
  const outputs = network.outputs[0].shape.at(-1) as number;
  const sizeOf = ({ height, width, channels }: Images) => [height, width, channels].join(' x ');
  const size = sizeOf(train);
  if (accepted !== size) {
    throw new IncompatibleDataError(
      'image-size',
      `${name} has images of ${size}, but the network accepts ${accepted}; choose a recipe for such images.`,
      { received: size, expected: accepted },
    );
  }
  if (classNames.length > outputs) {
    throw new IncompatibleDataError(
      'class-count',
      `${name} has ${classNames.length} classes, but the network has ${outputs} outputs; choose a network with an output for each class.`,
      { received: classNames.length, expected: `at most ${outputs}` },
    );
  }
  if (sizeOf(test) !== size || test.count === 0) {
    throw new IncompatibleDataError(
      'test-images',
      `${name} has ${test.count} test images of ${sizeOf(test)}; expected one or more of ${size}, like the training images.`,
      { received: test.count === 0 ? 0 : sizeOf(test), expected: size },
    );
  }
  for (const [set, { labels }] of Object.entries({ training: train, test })) {
    const label = labels.find((label) => label >= classNames.length);
    if (label === undefined) continue;
    throw new IncompatibleDataError(
      'label-range',
      `${name} has a ${set} image with the label ${label}; expected 0 to ${classNames.length - 1}.`,
      { received: label, expected: `0 to ${classNames.length - 1}` },
    );
  }
}
