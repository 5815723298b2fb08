import { argmax, load, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { Command, Option } from 'commander';
import { MODEL_ARGUMENT, readModel } from '../models.js';
import { corruptOption, jsonOption, limitOption, modelDataOption } from '../options/options.js';
import { loadForPacked } from '../options/test-images.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, percent, print, printJson } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';

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
  const classify = options.engine === 'wasm' ? await wasmClassifier(bytes) : referenceClassifier(bytes);
  const { name, test } = await loadForPacked(bytes, options);
  const images = Math.min(test.count, options.limit ?? Infinity);
  const imageBytes = test.height * test.width * test.channels;
  const progress = progressBar(`eval ${name}`);
  let correct = 0;
  for (let i = 0; i < images; i++) {
    if (classify(test.images.subarray(i * imageBytes, (i + 1) * imageBytes)) === test.labels[i]) correct++;
    if (i % 100 !== 0) continue;
    progress.update(i, images);
    await new Promise(setImmediate);
    signal.throwIfAborted();
  }
  progress.stop();
  const accuracy = correct / images;
  if (options.json) printJson({ data: name, images, accuracy, engine: options.engine });
  else
    print(
      `Accuracy ${percent(accuracy)} (${formatNumber(images)} test images of ${name}, ${options.engine} engine)`,
    );
}

async function wasmClassifier(bytes: Uint8Array): Promise<(image: Uint8Array) => number> {
  const network = await load(bytes);
  return (image) => network.run(image).classIndex;
}

function referenceClassifier(bytes: Uint8Array): (image: Uint8Array) => number {
  const model = parseModel(bytes);
  return (image) => argmax(referenceLogits(model, image));
}
