import { describeIgnored, type ImageStatistics, loadDataset, statisticsOf } from '@bd-edge/trainer/internal';
import { Command, InvalidArgumentError, Option } from 'commander';
import { corruptOption, jsonOption, positiveInteger } from '../options/options.js';
import { formatNumber, print, printJson, table } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';

export const data = new Command('data')
  .description('look at a dataset: how many images of each class, of which size, how bright')
  .argument('<name or folder>', 'mnist, fashion-mnist, cifar10, or a folder (docs/data.md)')
  .addOption(
    new Option('--size <HxW>', 'of the images of a folder').argParser(size).default([32, 32], '32x32'),
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
  corrupt: 'skip' | 'refuse';
  json?: boolean;
}

async function run(name: string, { size: [height, width], gray, corrupt, json }: Options): Promise<void> {
  const bar = progressBar('read images');
  const dataset = await loadDataset(name, {
    height,
    width,
    channels: gray ? 1 : 3,
    corrupt,
    onProgress: bar.update,
  }).finally(bar.stop);
  const { classes, skipped = [], ignored = {} } = dataset;
  const train = statisticsOf(dataset.train, classes.length);
  const test = statisticsOf(dataset.test, classes.length);
  if (json) {
    printJson({ name: dataset.name, classes, train, test, skipped, ignored });
    return;
  }
  const rows = classes.map((label, i) => [label, train.perClass[i], test.perClass[i]]);
  print(table(['class', 'train', 'test'], [...rows, ['all', train.count, test.count]]));
  print(`\n${train.height} x ${train.width} x ${train.channels}, values 0..255`);
  print(`train: ${brightness(train)}\ntest:  ${brightness(test)}`);
  const [least, most] = [Math.min(...train.perClass), Math.max(...train.perClass)];
  if (most >= 2 * least)
    print(`the classes are uneven: ${formatNumber(least)} to ${formatNumber(most)} training images`);
  for (const path of skipped) print(`left out, it cannot be read: ${path}`);
  if (describeIgnored(ignored)) print(`left out, no images by their endings: ${describeIgnored(ignored)}`);
}

function brightness({ mean, deviation }: ImageStatistics): string {
  const each = mean.map((value, c) => `${value.toFixed(1)} +- ${deviation[c].toFixed(1)}`);
  return `mean and standard deviation of each channel ${each.join(', ')}`;
}

function size(text: string): [number, number] {
  const [height, width, ...rest] = text.split('x').map(positiveInteger);
  if (width === undefined || rest.length > 0)
    throw new InvalidArgumentError('It must be height x width, such as 32x32.');
  return [height, width];
}
