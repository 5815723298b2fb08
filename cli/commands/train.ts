import { Command, Option } from 'commander';
import { type TrainOptions, trainNetwork } from '../actions/train.js';
import { OPTIMIZER_NAMES } from '../options/apply-settings.js';
import { augmentOption } from '../options/augmentation-option.js';
import {
  backendOption,
  batchOption,
  channelScalesOption,
  checkpointMinutesOption,
  corruptOption,
  dataOption,
  jsonOption,
  labelSmoothingOption,
  networkOption,
  nonNegativeInteger,
  parsedOption,
  positive,
  positiveInteger,
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

export const train = new Command('train')
  .description('train a BinaryDuo network: coupled, decoupled, finetuned')
  .optionsGroup('Data:')
  .addOption(dataOption())
  .addOption(trainingLimitOption())
  .addOption(streamOption())
  .addOption(corruptOption())
  .addOption(augmentOption())
  .optionsGroup('Network:')
  .addOption(recipeOption())
  .addOption(networkOption())
  .addOption(widthOption())
  .addOption(weightsOption())
  .addOption(channelScalesOption())
  .addOption(
    new Option(
      '--pretrained <folder>',
      'run or model whose weights coupled training starts from (default: none)',
    ),
  )
  .optionsGroup('Run:')
  .addOption(new Option('-o, --out <folder>', 'folder for models and logs (default: runs/<data>)'))
  .addOption(new Option('--resume', 'continuation of the run in --out, with its settings'))
  .addOption(new Option('--overwrite', 'replacement of the run in --out').conflicts('resume'))
  .addOption(parsedOption('--seed <number>', 'random seed', seed).default(1))
  .addOption(checkpointMinutesOption())
  .addOption(new Option('--tensorboard <folder>', 'folder for curves that TensorBoard reads (default: none)'))
  .optionsGroup('Schedule:')
  .addOption(
    parsedOption(
      '--epochs <number>',
      'epochs of coupled training (default: from the recipe)',
      positiveInteger,
    ),
  )
  .addOption(
    parsedOption(
      '--finetuned-epochs <number>',
      'epochs of fine-tuning; 0 leaves it out (default: from the recipe)',
      nonNegativeInteger,
    ),
  )
  .addOption(batchOption())
  .addOption(
    parsedOption(
      '--lr, --learning-rate <number>',
      'initial learning rate of coupled training (default: from the recipe)',
      positive,
    ),
  )
  .addOption(
    parsedOption(
      '--finetuned-lr, --finetuned-learning-rate <number>',
      'initial learning rate of fine-tuning (default: from the recipe)',
      positive,
    ),
  )
  .addOption(
    new Option('--optimizer <name>', 'optimizer (default: from the recipe)').choices(OPTIMIZER_NAMES),
  )
  .addOption(weightDecayOption())
  .addOption(scheduleOption())
  .addOption(labelSmoothingOption())
  .optionsGroup('Distillation:')
  .addOption(
    parsedOption(
      '--distill <weight>',
      "weight of a float teacher's output in the loss, above 0, at most 1 (default: no teacher)",
      positive,
    ),
  )
  .addOption(parsedOption('--temperature <number>', 'temperature of distillation (default: 4)', positive))
  .addOption(
    parsedOption(
      '--teacher-epochs <number>',
      'epochs of the teacher (default: as coupled training)',
      positiveInteger,
    ),
  )
  .addOption(
    parsedOption(
      '--teacher-lr, --teacher-learning-rate <number>',
      'initial learning rate of the teacher (default: as coupled training)',
      positive,
    ),
  )
  .optionsGroup('Options:')
  .addOption(backendOption())
  .addOption(precisionOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge train --data mnist --out runs/first\n  $ bd-edge train --data mnist --epochs 20 --seed 7 --json\n  $ bd-edge train --data pictures/ --recipe mnist --limit 500 --epochs 2\n  $ bd-edge train --resume --out runs/first',
  )
  .action((options: TrainOptions, command: Command) =>
    trainNetwork(options, (name) => command.getOptionValueSource(name) === 'cli'),
  );
