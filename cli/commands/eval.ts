import { Command, Option } from 'commander';
import { MODEL_ARGUMENT, readModel } from '../models.js';
import { corruptOption, jsonOption, limitOption, modelDataOption } from '../options/options.js';
import { loadForPacked } from '../options/test-images.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, percent, print, printJson } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { startClassifier } from './eval-thread.js';

/** Images of one message to the thread. */
const BATCH = 100;

export const evaluate = new Command('eval')
  .description('run a model on test images on this computer and print its accuracy')
  .argument('<model>', MODEL_ARGUMENT)
  .addOption(modelDataOption())
  .addOption(corruptOption())
  .addOption(limitOption())
  .addOption(new Option('--engine <name>', 'engine').choices(['wasm', 'reference']).default('wasm'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge eval mnist-8k\n  $ bd-edge eval model.bdm --data mnist --engine reference --limit 100',
  )
  .action(run);

async function run(
  argument: string,
  options: {
    data?: string;
    corrupt: 'skip' | 'reject';
    limit?: number;
    engine: 'wasm' | 'reference';
    json?: boolean;
  },
): Promise<void> {
  const signal = interruptSignal();
  const { bytes } = await readModel(argument);
  const { name, test } = await loadForPacked(bytes, options);
  const images = Math.min(test.count, options.limit ?? Infinity);
  const imageBytes = test.height * test.width * test.channels;
  const progress = progressBar(`eval ${name}`);
  const thread = startClassifier({ bytes, engine: options.engine }, signal);
  let correct = 0;
  try {
    for (let start = 0; start < images; start += BATCH) {
      const end = Math.min(start + BATCH, images);
      const batch = test.images.slice(start * imageBytes, end * imageBytes);
      const classes = await thread.classify({ images: batch, imageBytes });
      for (const [i, index] of classes.entries()) if (index === test.labels[start + i]) correct++;
      progress.update(end, images);
    }
  } finally {
    progress.stop();
    await thread.close();
  }
  const accuracy = correct / images;
  if (options.json) printJson({ data: name, images, accuracy, engine: options.engine });
  else
    print(
      `Accuracy ${percent(accuracy)} (${formatNumber(images)} test images of ${name}, ${options.engine} engine)`,
    );
}
