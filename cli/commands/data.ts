import type { ImageStatistics } from '@bd-edge/trainer/internal';
import { Command, InvalidArgumentError, Option } from 'commander';
import { corruptOption, jsonOption, positiveInteger } from '../options/options.js';
import { formatNumber, print, printJson, table } from '../terminal/output.js';
import { printableLine } from '../terminal/printable.js';
import { progressBar } from '../terminal/progress.js';
import { loadTrainer } from '../trainer.js';

export const data = new Command('data')
  .description('print the class counts, image size and brightness of a dataset')
  .argument('<dataset>', 'mnist, fashion-mnist, cifar10, or a folder (docs/data.md)')
  .addOption(
    new Option('--size <HxW>', 'size to which the pictures of a folder are scaled')
      .argParser(size)
      .default([32, 32], '32x32'),
  )
  .addOption(new Option('--gray', 'one channel instead of three'))
  .addOption(corruptOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge data mnist\n  $ bd-edge data pictures/ --size 28x28 --gray --corrupt skip --json',
  )
  .action(run);

interface Options {
  size: [number, number];
  gray?: boolean;
  corrupt: 'skip' | 'reject';
  json?: boolean;
}

async function run(name: string, { size: [height, width], gray, corrupt, json }: Options): Promise<void> {
  const { describeIgnored, loadDataset, statisticsOf } = await loadTrainer();
  const bar = progressBar('read images');
  const dataset = await loadDataset(name, {
    height,
    width,
    channels: gray ? 1 : 3,
    corrupt,
    onProgress: bar.update,
  }).finally(bar.stop);
  const { classNames, skipped = [], ignored = {}, notes = [] } = dataset;
  const train = statisticsOf(dataset.train, classNames.length);
  const test = statisticsOf(dataset.test, classNames.length);
  if (json) {
    printJson({ name: dataset.name, classNames, train, test, skipped, ignored, notes });
    return;
  }
  const rows = classNames.map((className, i) => [className, train.perClass[i], test.perClass[i]]);
  print(table(['class', 'train', 'test'], [...rows, ['all', train.count, test.count]]));
  print(`\n${train.height} x ${train.width} x ${train.channels}, values 0..255`);
  print(`train: ${brightness(train)}\ntest:  ${brightness(test)}`);
  const [min, max] = [Math.min(...train.perClass), Math.max(...train.perClass)];
  if (max >= 2 * min)
    print(`class imbalance: ${formatNumber(min)} to ${formatNumber(max)} training images per class`);
  for (const note of notes) print(printableLine(note));
  for (const path of skipped) print(`skipped, not readable: ${printableLine(path)}`);
  if (describeIgnored(ignored)) print(`ignored, no image files: ${printableLine(describeIgnored(ignored))}`);
}

function brightness({ mean, deviation }: ImageStatistics): string {
  const each = mean.map((value, c) => `${value.toFixed(1)} +- ${deviation[c].toFixed(1)}`);
  return `mean +- standard deviation per channel ${each.join(', ')}`;
}

function size(text: string): [number, number] {
  const [height, width, ...rest] = text.split('x').map(positiveInteger);
  if (width === undefined || rest.length > 0)
    throw new InvalidArgumentError('Expected height x width, such as 32x32.');
  return [height, width];
}
