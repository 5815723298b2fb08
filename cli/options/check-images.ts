/** The images of `bd-edge check`. */

import { parseModel } from '@bd-edge/sdk';
import { classNamesOf, type FileError, MissingDependencyError, UsageError } from '@bd-edge/sdk/internal';
import type { ModelArgument } from '../models.js';
import { printMessage } from '../terminal/output.js';
import { loadForPacked } from './test-images.js';

export interface CheckImages {
  /** The name of the dataset. */
  name: string;
  images: Uint8Array[];
  /** The correct class index of each image, if it is known. */
  labels?: ArrayLike<number>;
  classNames: readonly string[];
}

/**
 * Loads the images on which to check a model: a dataset, or the samples of a bundled model if its dataset or the
 * trainer is not installed.
 */
export async function loadCheckImages(
  { bytes, samples }: ModelArgument,
  options: { data?: string; corrupt: 'skip' | 'reject' },
): Promise<CheckImages> {
  try {
    const { name, test, classNames } = await loadForPacked(bytes, options);
    const imageBytes = test.height * test.width * test.channels;
    const images = Array.from({ length: test.count }, (_, i) =>
      test.images.subarray(i * imageBytes, (i + 1) * imageBytes),
    );
    return { name, images, labels: test.labels, classNames };
  } catch (error) {
    if (!samples || options.data !== undefined || !isMissing(error)) throw error;
    printMessage(`${error.message} Checking with the bundled samples instead.`);
    const images = (await samples()).map(({ image }) => image);
    return { name: 'samples', images, classNames: classNamesOf(parseModel(bytes)) ?? [] };
  }
}

/** Returns whether an error says that the trainer or a dataset is not installed. */
function isMissing(error: unknown): error is UsageError | FileError {
  return (
    error instanceof MissingDependencyError ||
    (error instanceof UsageError && ['training-data-missing', 'dataset-not-found'].includes(error.code))
  );
}
