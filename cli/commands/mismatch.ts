import { UsageError } from '@bd-edge/sdk/internal';
import { Command, Option } from 'commander';
import { measureModel } from '../actions/mismatch-model.js';
import type { MismatchOptions } from '../actions/mismatch-options.js';
import { measureToy } from '../actions/mismatch-toy.js';
import { STAGES, SURROGATES, TOY_ACTIVATIONS } from '../options/names.js';
import { jsonOption, names, positiveInteger, positiveNumbers, seed } from '../options/options.js';

export const mismatch = new Command('mismatch')
  .description('measure the gradient mismatch of the straight-through estimator')
  .addOption(
    new Option(
      '--eps <numbers>',
      'distances by which weights are moved (default: 0.1,0.01; with --model 1)',
    ).argParser(positiveNumbers),
  )
  .addOption(new Option('--seed <number>', 'random seed').argParser(seed).default(1))
  .addOption(new Option('--plot <file.svg>', 'plot of the cosines (default: none)'))
  .optionsGroup('Toy experiment:')
  .addOption(
    new Option('--activations <names>', `activations: ${TOY_ACTIVATIONS.join(', ')}`)
      .argParser(names)
      .default(['full', 'binary', 'ternary', '2-bit'], 'full,binary,ternary,2-bit'),
  )
  .addOption(new Option('--samples <number>', 'number of inputs').argParser(positiveInteger).default(200_000))
  .addOption(
    new Option('--seeds <number>', 'number of pairs of networks, from --seed on')
      .argParser(positiveInteger)
      .default(1),
  )
  .addOption(
    new Option('--surrogate <names>', `surrogate gradients: ${SURROGATES.join(', ')}; or all`)
      .argParser(names)
      .default(['relu1'], 'relu1'),
  )
  .optionsGroup('Trained network:')
  .addOption(
    new Option('--model <folder>', 'folder of a training run or of a TensorFlow.js model').conflicts([
      'activations',
      'samples',
      'seeds',
      'surrogate',
    ]),
  )
  .addOption(new Option('--stage <name>', 'network of a training run (default: coupled)').choices(STAGES))
  .addOption(new Option('--data <name>', "dataset: a name or a folder (default: the run's training data)"))
  .addOption(
    new Option('--limit <images>', 'number of training images (default: 500)').argParser(positiveInteger),
  )
  .addOption(
    new Option('--coordinates <number>', 'number of weights per layer (default: 100)').argParser(
      positiveInteger,
    ),
  )
  .optionsGroup('Options:')
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge mismatch\n  $ bd-edge mismatch --activations binary --surrogate all --plot surrogates.svg\n  $ bd-edge mismatch --model runs/mnist --coordinates 50',
  )
  .action(run);

async function run(options: MismatchOptions): Promise<void> {
  if (options.model !== undefined) return measureModel(options.model, options);
  for (const name of ['stage', 'data', 'limit', 'coordinates'] as const) {
    if (options[name] === undefined) continue;
    throw new UsageError('requires-model', `--${name} requires --model.`, {
      received: `--${name}`,
      expected: '--model',
    });
  }
  return measureToy(options);
}
