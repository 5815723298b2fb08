import { basename, join, resolve } from 'node:path';
import { AbortedError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import type { CompareProgress, Comparison, FinishedRun } from '@bd-edge/trainer';
import { LANES, type Lane } from '@bd-edge/trainer/internal';
import { Command, InvalidArgumentError, Option } from 'commander';
import { augmentOption } from '../options/augmentation-option.js';
import { type CompareFlags, experimentOf, laneRecipes, planOf } from '../options/compare-settings.js';
import {
  channelScalesOption,
  corruptOption,
  dataOption,
  jsonOption,
  names,
  networkOption,
  nonNegative,
  positiveInteger,
  positiveNumbers,
  precisionOption,
  scheduleOption,
  seed,
  weightsOption,
  widthOption,
} from '../options/options.js';
import { OPTIMIZERS, withSettings } from '../options/train-settings.js';
import { loadFor, withNetwork } from '../options/training-data.js';
import { duration } from '../terminal/duration.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { percent, print, printJson, say, table } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { loadTrainer } from '../trainer.js';

export const compare = new Command('compare')
  .description('train BinaryDuo and its rivals over seeds, at equal epochs, and say how far they are apart')
  .addOption(dataOption())
  .addOption(new Option('--recipe <name>', 'network and schedule; default: the one made for the dataset'))
  .addOption(networkOption())
  .addOption(new Option('--baseline <file.json>', 'the direct network; default: widened to as many weights'))
  .addOption(widthOption())
  .addOption(weightsOption())
  .addOption(channelScalesOption())
  .addOption(new Option('--out <folder>', 'of compare.json; default: runs/compare-<data>'))
  .addOption(
    new Option('--lanes <names>', `of ${LANES.join(', ')}`).argParser(laneNames).default(LANES, 'all'),
  )
  .addOption(new Option('--seeds <number>', 'runs of each lane').argParser(positiveInteger).default(3))
  .addOption(new Option('--seed <number>', 'the first of them').argParser(seed).default(1))
  .addOption(
    new Option('--epochs <number>', "of every lane in all; default: the recipe's").argParser(positiveInteger),
  )
  .addOption(
    new Option('--finetune-epochs <number>', 'of them, for fine-tuning; default: as in the recipe').argParser(
      positiveInteger,
    ),
  )
  .optionsGroup('Choosing learning rates, on validation images:')
  .addOption(
    new Option('--rates <numbers>', "to try; default: half, once and twice the recipe's").argParser(
      positiveNumbers,
    ),
  )
  .addOption(new Option('--finetune-rates <numbers>', 'the same for fine-tuning').argParser(positiveNumbers))
  .addOption(
    new Option('--tune-epochs <number>', 'of each try; default: a quarter of the epochs').argParser(
      positiveInteger,
    ),
  )
  .addOption(new Option('--tune-seed <number>', 'of each try; default: --seed').argParser(seed))
  .optionsGroup('Options:')
  .addOption(new Option('--batch <images>', "a step, instead of the recipe's").argParser(positiveInteger))
  .addOption(new Option('--optimizer <name>', "instead of the recipe's").choices(Object.keys(OPTIMIZERS)))
  .addOption(new Option('--weight-decay <number>', "instead of the recipe's").argParser(nonNegative))
  .addOption(scheduleOption())
  .addOption(augmentOption())
  .addOption(
    new Option('--label-smoothing <share>', 'of each target, spread over all classes').argParser(nonNegative),
  )
  .addOption(
    new Option('--limit <images>', 'train on so many images, for a quick try').argParser(positiveInteger),
  )
  .addOption(
    new Option('--checkpoint-minutes <minutes>', 'between checkpoints within an epoch')
      .argParser(nonNegative)
      .default(10),
  )
  .addOption(new Option('--stream', 'read the images of a folder when they are due'))
  .addOption(corruptOption())
  .addOption(precisionOption())
  .addOption(new Option('--backend <name>', 'default: the fastest that loads').choices(['native', 'wasm']))
  .addOption(new Option('--plot <file.svg>', 'draw the differences to direct there'))
  .addOption(new Option('--table <file>', 'print the table of a compare.json as Markdown, and train nothing'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nRun the same command again to go on with what is missing, or with more seeds or rates to add to it.' +
      '\n\nExamples:\n  $ bd-edge compare --data mnist --seeds 3\n  $ bd-edge compare --data cifar10 --weights float --epochs 60 --rates 0.003,0.01,0.03\n  $ bd-edge compare --data pictures/ --recipe mnist --network my-network.json --lanes direct,binaryduo\n  $ bd-edge compare --table runs/compare-mnist/compare.json --plot differences.svg',
  )
  .action(run);

interface Options extends CompareFlags {
  out?: string;
  checkpointMinutes: number;
  backend?: 'native' | 'wasm';
  plot?: string;
  table?: string;
  json?: boolean;
}

/** It was stopped by Ctrl-C, and can go on. */
class ComparisonStopped extends AbortedError {}

async function run(options: Options): Promise<void> {
  if (options.table !== undefined) return printTable(options.table, options.plot);
  const signal = interruptSignal();
  const trainer = await loadTrainer();
  const backend = await trainer.selectBackend({ backend: options.backend });
  say(`backend: ${backend.description}${backend.hint ? `; ${backend.hint}` : ''}`);
  // --epochs is every lane's in all here, and not that of coupled training.
  const { epochs: _, finetuneEpochs: __, ...settings } = options;
  const named = trainer.recipeFor(options.recipe ?? trainer.recipeOf(options.data), backend.name);
  const recipe = await withNetwork(withSettings(named, settings), options);
  const plan = await planOf(options, recipe);
  const dataset = await loadFor(recipe, options);
  const recipes = await laneRecipes(trainer.withClassesOf(dataset, recipe), options.baseline);
  const directory = options.out ?? join('runs', `compare-${basename(resolve(options.data))}`);

  const bar = progressBar('compare');
  const comparison = await trainer
    .compare({
      experiment: experimentOf(options, recipe, trainer.networkName(recipe), recipes, dataset),
      ...{ plan, dataset, recipes, training: recipe, directory, signal, limit: options.limit },
      validationImages: recipe.validationImages,
      checkpointMinutes: options.checkpointMinutes,
      backend: backend.description,
      onProgress: ({ share, run: { purpose, lane, seed }, training, done, runs }) =>
        bar.update(
          share,
          1,
          `${done} of ${runs} runs; ${purpose} ${lane}, seed ${seed}: ${training.phase} epoch ${training.epoch}/${training.epochs}, loss ${training.loss.toFixed(3)}`,
        ),
      onFinished: (run, progress) => say(finishedLine(run, progress)),
    })
    .catch((cause) => {
      if (!(cause instanceof trainer.TrainingAborted)) throw cause;
      throw new ComparisonStopped(
        `The comparison was stopped; finished runs are in ${join(directory, trainer.COMPARISON_FILE)}, and the same command goes on from there.`,
        { cause },
      );
    })
    .finally(() => bar.stop());

  if (options.plot) await writeFileWhole(options.plot, await trainer.plotComparisons([comparison]));
  if (options.json) printJson({ ...comparison, out: directory });
  else printResult(comparison, directory, trainer);
  if (options.plot && !options.json) print(`plot: ${options.plot}`);
}

function finishedLine(
  run: FinishedRun,
  { done, runs, secondsLeft }: Pick<CompareProgress, 'done' | 'runs' | 'secondsLeft'>,
): string {
  const { purpose, lane, seed, rate, finetuneRate, validationAccuracy, testAccuracy, diverged, seconds } =
    run;
  const rates = finetuneRate === undefined ? `rate ${rate}` : `rates ${rate}, ${finetuneRate}`;
  const test = testAccuracy === undefined ? '' : `, test ${percent(testAccuracy)}`;
  const outcome = diverged ? 'diverged' : `validation ${percent(validationAccuracy)}${test}`;
  const left = secondsLeft === undefined ? '' : `, about ${duration(secondsLeft)} left`;
  return `${purpose} ${lane}, seed ${seed}, ${rates}: ${outcome}, ${duration(seconds)} (${done} of ${runs} runs${left})`;
}

function printResult(
  comparison: Comparison,
  directory: string,
  trainer: typeof import('@bd-edge/trainer'),
): void {
  const { results, choices, options } = comparison;
  print(table(trainer.RESULT_COLUMNS, trainer.resultCells(results)));
  print(
    '\ntest accuracy: mean +- standard deviation over seeds. Differences to direct, in points, are paired by seed, with the 95 % interval of Student’s t.',
  );
  for (const line of trainer.leftOutLines(comparison)) print(line);
  const edge = options.lanes.filter((lane) => choices[lane]?.atEdge);
  if (edge.length > 0)
    print(
      `the best rate of ${edge.join(', ')} is the last one tried: give --rates that go on (${options.tuning.rates.join(', ')} so far)`,
    );
  print(`${join(directory, trainer.COMPARISON_FILE)} has every run.`);
}

async function printTable(file: string, plot?: string): Promise<void> {
  const trainer = await loadTrainer();
  const comparison = await trainer.readComparison(file);
  if (!comparison) throw new trainer.ComparisonFileError(`There is no file ${file}; name a compare.json.`);
  if (plot) await writeFileWhole(plot, await trainer.plotComparisons([comparison]));
  print(trainer.comparisonMarkdown(comparison).trimEnd());
}

function laneNames(text: string): Lane[] {
  const wanted = names(text);
  const unknown = wanted.filter((name) => !LANES.includes(name as Lane));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`There is no lane "${unknown[0]}"; there are: ${LANES.join(', ')}.`);
  return wanted as Lane[];
}
