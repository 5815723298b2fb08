/** The images of `bd-edge check`. */

import { parseModel } from '@bd-edge/sdk';
import { classNamesOf, type FileError, MissingDependencyError, UsageError } from '@bd-edge/sdk/internal';
import type { ImageSet } from '@bd-edge/trainer';
import type { TestPart } from '@bd-edge/trainer/internal';
import type { ModelArgument } from '../models.js';
import { printMessage } from '../terminal/output.js';
import { loadForPacked, printNotes, type Sample, type TestFlags } from './test-images.js';

export interface CheckImages {
  /** The name of the dataset. */
  name: string;
  /** All images of the part. `check` draws the sample. */
  images: Uint8Array[];
  /** The correct class index of each image, if it is known. */
  labels?: ArrayLike<number>;
  classNames: readonly string[];
  part: TestPart | 'samples';
  /** Set if a sample of the images is to be run: their number and the seed. */
  sample: Sample | null;
  /** The dataset, for a report. */
  test?: ImageSet;
}

/**
 * Loads the images on which to check a model: a dataset, or the samples of a bundled model if its dataset or the
 * trainer is not installed.
 *
 * @param limit the size of a random sample, with the classes in proportion
 */
export async function loadCheckImages(
  { bytes, samples }: ModelArgument,
  {
    limit = Infinity,
    seed,
    quiet,
    ...options
  }: TestFlags & { limit?: number; seed: number; quiet?: boolean },
): Promise<CheckImages> {
  const sampleOf = ({ length: of }: Uint8Array[]): Sample | null => (limit < of ? { of, seed } : null);
  try {
    const loaded = await loadForPacked(bytes, options);
    if (!quiet) await printNotes(loaded);
    const { name, part, test, classNames } = loaded;
    const imageBytes = test.height * test.width * test.channels;
    const images = Array.from({ length: test.count }, (_, i) =>
      test.images.subarray(i * imageBytes, (i + 1) * imageBytes),
    );
    return { name, images, labels: test.labels, classNames, part, sample: sampleOf(images), test };
  } catch (error) {
    if (!samples || options.data !== undefined || !isMissing(error)) throw error;
    printMessage(`${error.message} Checking with the bundled samples instead.`);
    const images = (await samples()).map(({ image }) => image);
    const classNames = classNamesOf(parseModel(bytes)) ?? [];
    return { name: 'samples', images, classNames, part: 'samples', sample: sampleOf(images) };
  }
}

/** Returns whether an error says that the trainer or a dataset is not installed. */
function isMissing(error: unknown): error is UsageError | FileError {
  return (
    error instanceof MissingDependencyError ||
    (error instanceof UsageError && ['training-data-missing', 'dataset-not-found'].includes(error.code))
  );
}
