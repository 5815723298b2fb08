import { argmax, load, parseModel, referenceLogits } from '@bd-edge/sdk';
import { Command, Option } from 'commander';
import { readInput } from '../options/input-file.js';
import { corruptOption, dataOption, jsonOption, limitOption } from '../options/options.js';
import { loadForPacked } from '../options/test-images.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, percent, print, printJson } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';

export const evaluate = new Command('eval')
  .description('run a model on test images here and print its accuracy')
  .argument('<model.bdm>', 'the model')
  .addOption(dataOption().default(undefined, 'what the model was trained on'))
  .addOption(corruptOption())
  .addOption(limitOption())
  .addOption(new Option('--engine <name>', 'what runs it').choices(['wasm', 'reference']).default('wasm'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge eval model.bdm --data mnist\n  $ bd-edge eval model.bdm --engine reference --limit 100',
  )
  .action(run);

async function run(
  file: string,
  options: {
    data?: string;
    corrupt: 'skip' | 'refuse';
    limit?: number;
    engine: 'wasm' | 'reference';
    json?: boolean;
  },
): Promise<void> {
  const signal = interruptSignal();
  const bytes = await readInput(file);
  const label = options.engine === 'wasm' ? await wasmLabel(bytes) : referenceLabel(bytes);
  const { name, test } = await loadForPacked(bytes, options);
  const images = Math.min(test.count, options.limit ?? Infinity);
  const imageBytes = test.height * test.width * test.channels;
  const progress = progressBar(`eval ${name}`);
  let correct = 0;
  for (let i = 0; i < images; i++) {
    if (label(test.images.subarray(i * imageBytes, (i + 1) * imageBytes)) === test.labels[i]) correct++;
    if (i % 100 !== 0) continue;
    progress.update(i, images);
    await new Promise(setImmediate);
    signal.throwIfAborted();
  }
  progress.stop();
  const accuracy = correct / images;
  if (options.json) printJson({ data: name, images, accuracy, engine: options.engine });
  else print(`${percent(accuracy)} of ${formatNumber(images)} ${name} test images right (${options.engine})`);
}

async function wasmLabel(bytes: Uint8Array): Promise<(image: Uint8Array) => number> {
  const network = await load(bytes);
  return (image) => network.run(image).label;
}

function referenceLabel(bytes: Uint8Array): (image: Uint8Array) => number {
  const model = parseModel(bytes);
  return (image) => argmax(referenceLogits(model, image));
}
