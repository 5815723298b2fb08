import type { Method } from '@bd-edge/trainer';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type CompareOptions, compareMethods } from '../actions/compare.js';
import { OPTIMIZER_NAMES } from '../options/apply-settings.js';
import { augmentOption } from '../options/augmentation-option.js';
import { METHODS } from '../options/names.js';
import {
  backendOption,
  batchOption,
  channelScalesOption,
  checkpointMinutesOption,
  corruptOption,
  dataOption,
  jsonOption,
  labelSmoothingOption,
  names,
  networkOption,
  parsedOption,
  positiveInteger,
  positiveNumbers,
  precisionOption,
  recipeOption,
  scheduleOption,
  seed,
  streamOption,
  trainingLimitOption,
  weightDecayOption,
  weightsOption,
  widthOption,
} from '../options/options.js';

export const compare = new Command('compare')
  .description(
    'train BinaryDuo and baselines over several seeds with equal epochs, and report the differences',
  )
  .addOption(dataOption())
  .addOption(recipeOption())
  .addOption(networkOption())
  .addOption(
    new Option(
      '--baseline <file.json>',
      'network of the method direct (default: the network widened to as many weights)',
    ),
  )
  .addOption(widthOption())
  .addOption(weightsOption())
  .addOption(channelScalesOption())
  .addOption(new Option('-o, --out <folder>', 'folder for compare.json (default: runs/compare-<data>)'))
  .addOption(
    parsedOption('--methods <names>', `methods: ${METHODS.join(', ')}`, methodNames).default(METHODS, 'all'),
  )
  .addOption(parsedOption('--seeds <number>', 'number of seeds per method', positiveInteger).default(3))
  .addOption(parsedOption('--seed <number>', 'first random seed', seed).default(1))
  .addOption(
    parsedOption('--epochs <number>', 'total epochs per method (default: from the recipe)', positiveInteger),
  )
  .addOption(
    parsedOption(
      '--finetuned-epochs <number>',
      'how many of them are fine-tuning (default: the share of the recipe)',
      positiveInteger,
    ),
  )
  .optionsGroup('Search for learning rates, on validation images:')
  .addOption(
    parsedOption(
      '--learning-rates <numbers>',
      "learning rates to try (default: half, once and twice the recipe's)",
      positiveNumbers,
    ),
  )
  .addOption(
    parsedOption(
      '--finetuned-learning-rates <numbers>',
      "learning rates of fine-tuning to try (default: half, once and twice the recipe's)",
      positiveNumbers,
    ),
  )
  .addOption(
    parsedOption(
      '--tune-epochs <number>',
      'total epochs per trial (default: a quarter of --epochs)',
      positiveInteger,
    ),
  )
  .addOption(parsedOption('--tune-seed <number>', 'random seed of the trials (default: --seed)', seed))
  .optionsGroup('Options:')
  .addOption(batchOption())
  .addOption(
    new Option('--optimizer <name>', 'optimizer (default: from the recipe)').choices(OPTIMIZER_NAMES),
  )
  .addOption(weightDecayOption())
  .addOption(scheduleOption())
  .addOption(augmentOption())
  .addOption(labelSmoothingOption())
  .addOption(trainingLimitOption())
  .addOption(checkpointMinutesOption())
  .addOption(streamOption())
  .addOption(corruptOption())
  .addOption(precisionOption())
  .addOption(backendOption())
  .addOption(new Option('--plot <file.svg>', 'plot of the differences to direct (default: none)'))
  .addOption(new Option('--table <file>', 'compare.json to print as a Markdown table, without training'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nThe same command continues an aborted comparison. More seeds, methods or learning rates add runs to it.' +
      '\n\nExamples:\n  $ bd-edge compare --data mnist --seeds 3\n  $ bd-edge compare --data cifar10 --weights float --epochs 60 --learning-rates 0.003,0.01,0.03\n  $ bd-edge compare --data pictures/ --recipe mnist --network my-network.json --methods direct,binaryduo\n  $ bd-edge compare --table runs/compare-mnist/compare.json --plot differences.svg',
  )
  .action((options: CompareOptions) => compareMethods(options));

function methodNames(text: string): Method[] {
  const given = names(text);
  const unknown = given.find((name) => !METHODS.includes(name as Method));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Unknown method "${unknown}"; expected ${METHODS.join(', ')}.`);
  return given as Method[];
}
