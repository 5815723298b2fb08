import { parseModel } from '@bd-edge/sdk';
import { sampleIndices } from '@bd-edge/sdk/internal';
import type { ImageSet } from '@bd-edge/trainer';
import { Command, Option } from 'commander';
import { Evaluation, type WrongFlags } from '../evaluation/evaluation.js';
import { checkWrongFile } from '../evaluation/wrong-images.js';
import { MODEL_ARGUMENT, readModel } from '../models.js';
import {
  corruptOption,
  evaluationReportOption,
  jsonOption,
  limitOption,
  modelDataOption,
  sampleSeedOption,
  wrongOption,
} from '../options/options.js';
import { describeImages, loadForPacked, printNotes } from '../options/test-images.js';
import { EXIT, isAbortError } from '../terminal/exit-codes.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { counted, percent, print, printJson, printMessage } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { startThread } from './eval-thread.js';

/** Images of one message to the thread. */
const BATCH = 100;

export const evaluate = new Command('eval')
  .description('run a model on test images on this computer: accuracy, precision and recall by class')
  .argument('<model>', MODEL_ARGUMENT)
  .addOption(modelDataOption())
  .addOption(corruptOption())
  .addOption(limitOption())
  .addOption(sampleSeedOption())
  .addOption(new Option('--engine <name>', 'engine').choices(['wasm', 'reference']).default('wasm'))
  .addOption(wrongOption())
  .addOption(evaluationReportOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge eval mnist-8k\n  $ bd-edge eval model.bdm --data fresh/ --wrong wrong.csv --report report.html\n  $ bd-edge eval model.bdm --data mnist --engine reference --limit 100',
  )
  .action(run);

interface Options extends WrongFlags {
  data?: string;
  corrupt: 'skip' | 'reject';
  limit?: number;
  seed: number;
  engine: 'wasm' | 'reference';
  json?: boolean;
}

async function run(argument: string, options: Options): Promise<void> {
  const signal = interruptSignal();
  checkWrongFile(options.wrong);
  const { bytes } = await readModel(argument);
  const loaded = await loadForPacked(bytes, options);
  const { name, part, test, classNames } = loaded;
  if (!options.json) await printNotes(loaded);
  const indices = sampleIndices(test.labels, options.limit ?? Infinity, options.seed);
  const sample = indices.length < test.count ? { of: test.count, seed: options.seed } : null;

  const { tensors, outputScale } = parseModel(bytes);
  const { height, width, channels } = tensors[tensors.length - 1];
  const evaluation = new Evaluation(classNames, height * width * channels, outputScale);
  const interrupted = await classify(
    { bytes, engine: options.engine },
    test,
    indices,
    evaluation,
    signal,
    name,
  );
  if (interrupted && evaluation.images === 0) throw interrupted;

  const { images, accuracy, confusion, perClass } = evaluation;
  const what = describeImages({ name, part }, indices.length, sample);
  if (options.json) {
    const facts = {
      data: name,
      part,
      sample,
      images,
      accuracy,
      classNames: evaluation.names,
      confusion,
      perClass,
    };
    printJson({ ...facts, engine: options.engine, ...(interrupted && { aborted: true }) });
  } else {
    const so = interrupted ? `the first ${images} of ` : '';
    print(`Accuracy ${percent(accuracy ?? 0)} (${so}${what}; ${options.engine} engine)`);
    evaluation.printClasses();
  }
  await evaluation.write(
    options,
    test,
    { title: `bd-edge eval ${argument}`, facts: { model: argument, images: what, engine: options.engine } },
    options.json,
  );
  if (!interrupted) return;
  process.exitCode = EXIT.aborted;
  printMessage(`Aborted after ${images} of ${counted(indices.length, 'image')}.`);
}

/** Runs the images. @returns the reason if it was aborted */
async function classify(
  data: Parameters<typeof startThread>[0],
  test: ImageSet,
  indices: readonly number[],
  evaluation: Evaluation,
  signal: AbortSignal,
  name: string,
): Promise<Error | undefined> {
  const imageBytes = test.height * test.width * test.channels;
  const progress = progressBar(`eval ${name}`);
  const thread = startThread(data, signal);
  try {
    for (let start = 0; start < indices.length; start += BATCH) {
      const some = indices.slice(start, start + BATCH);
      const images = new Uint8Array(some.length * imageBytes);
      for (const [i, index] of some.entries())
        images.set(test.images.subarray(index * imageBytes, (index + 1) * imageBytes), i * imageBytes);
      const results = await thread.run({ images, imageBytes });
      for (const [i, { logits }] of results.entries()) {
        const index = some[i];
        evaluation.add({ index, file: test.files?.[index], label: test.labels[index] }, logits);
      }
      progress.update(start + some.length, indices.length);
    }
  } catch (error) {
    if (isAbortError(error)) return error as Error;
    throw error;
  } finally {
    progress.stop();
    await thread.close();
  }
  return undefined;
}
