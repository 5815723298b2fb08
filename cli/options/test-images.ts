import { type Model, parseModel } from '@bd-edge/sdk';
import { type BdEdgeError, classNamesOf, UsageError } from '@bd-edge/sdk/internal';
import type { TestImages, TestPart, TrainingData } from '@bd-edge/trainer/internal';
import { counted, formatNumber, printMessage } from '../terminal/output.js';
import { printableLine } from '../terminal/printable.js';
import { progressBar } from '../terminal/progress.js';
import { loadTrainer } from '../trainer.js';

const DEFAULT_DATA = 'mnist';

/** The options of commands that test a model. */
export interface TestFlags {
  data?: string;
  corrupt: 'skip' | 'reject';
}

/**
 * Loads the images on which to test a packed network. Pictures in a folder are prepared as in training. The classes are
 * those of the model, by name.
 *
 * @param data default: the training data that the model's metadata names, or MNIST
 * @throws {UsageError} code `training-data-missing` if the model's training data is not a dataset or folder here,
 *   `other-classes` if a class of the dataset is not one of the model's
 */
export async function loadForPacked(bytes: Uint8Array, { data, corrupt }: TestFlags): Promise<TestImages> {
  const { loadTestImages } = await loadTrainer();
  const model = parseModel(bytes);
  const { height, width, channels } = model.input;
  const own = nameOfTraining(model);
  const bar = progressBar('read images');
  return loadTestImages(data ?? own ?? DEFAULT_DATA, {
    ...{ height, width, channels, corrupt },
    classNames: classNamesOf(model),
    preparation: model.metadata?.preparation,
    trainedOn: trainingDataOf(model),
    onProgress: bar.update,
  })
    .catch((cause: BdEdgeError) => {
      if (data !== undefined || own === undefined || cause.code !== 'unknown-dataset') throw cause;
      throw new UsageError(
        'training-data-missing',
        `The model's training data "${own}" is not a dataset or folder here; choose test images with --data.`,
        { received: own, cause },
      );
    })
    .finally(bar.stop);
}

function nameOfTraining({ metadata }: Model): string | undefined {
  const name = metadata?.training?.data;
  return typeof name === 'string' ? name : undefined;
}

/** The entries of a model's training data by which its images are known again; `export` writes them. */
export const FILES_ENTRY = 'files';
export const TEST_ENTRY = 'test images';
export const HELD_OUT = 'held out of the files';
export const SEPARATE = 'separate';

function trainingDataOf(model: Model): TrainingData {
  const { [FILES_ENTRY]: fingerprint, [TEST_ENTRY]: test } = model.metadata?.training ?? {};
  return {
    name: nameOfTraining(model),
    ...(typeof fingerprint === 'string' && { fingerprint }),
    heldOut: test !== SEPARATE,
  };
}

/** Prints what of a folder was skipped, ignored, or not obvious. */
export async function printNotes({
  skipped,
  ignored,
  notes,
}: Pick<TestImages, 'skipped' | 'ignored' | 'notes'>): Promise<void> {
  for (const note of notes ?? []) printMessage(printableLine(note));
  for (const path of skipped ?? []) printMessage(printableLine(`skipped, not readable: ${path}`));
  if (Object.keys(ignored ?? {}).length === 0) return;
  const { describeIgnored } = await loadTrainer();
  printMessage(printableLine(`ignored, no image files: ${describeIgnored(ignored ?? {})}`));
}

/** A part of the images of a test. */
export interface Sample {
  /** The number of images from which it was drawn. */
  of: number;
  seed: number;
}

const PARTS: Record<TestPart | 'samples', (name: string) => { one: string; of: string }> = {
  test: (name) => ({ one: 'test image', of: name }),
  'held-out': (name) => ({ one: 'held-out image', of: name }),
  all: (name) => ({ one: 'image', of: `the whole folder ${name}` }),
  samples: () => ({ one: 'sample', of: 'the bundled model' }),
};

/** Describes the images of a test, such as "a sample of 50 of 100 test images of mnist (classes in proportion, seed 1)". */
export function describeImages(
  { name, part }: { name: string; part: TestPart | 'samples' },
  count: number,
  sample: Sample | null,
): string {
  const { one, of } = PARTS[part](printableLine(name));
  if (sample === null) return `${counted(count, one)} of ${of}`;
  // The samples of a bundled model have no labels.
  const how = part === 'samples' ? '' : 'classes in proportion, ';
  return `a sample of ${formatNumber(count)} of ${counted(sample.of, one)} of ${of} (${how}seed ${sample.seed})`;
}
