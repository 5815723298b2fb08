import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AbortedError } from '@bd-edge/sdk/internal';
import type { BinaryDuoResult, Images } from '@bd-edge/trainer';
import { STAGES, type StageName } from '@bd-edge/trainer/internal';
import { type Command as AnyCommand, Command, Option } from 'commander';
import { augmentOption } from '../options/augmentation-option.js';
import {
  channelScalesOption,
  corruptOption,
  dataOption,
  jsonOption,
  networkOption,
  nonNegative,
  positive,
  positiveInteger,
  precisionOption,
  scheduleOption,
  seed,
  weightsOption,
  widthOption,
} from '../options/options.js';
import { readPretrained, requireOutside } from '../options/pretrained.js';
import {
  checkReplaceable,
  OPTIMIZERS,
  readSettings,
  type Settings,
  withSettings,
  writeSettings,
} from '../options/train-settings.js';
import { loadFor, withNetwork } from '../options/training-data.js';
import { deleteRunRecord, hasCheckpoint, REPORT_FILE, requireNoRun, writeRunRecord } from '../run-record.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { percent, print, printJson, say, table } from '../terminal/output.js';
import { shellArgument } from '../terminal/shell-argument.js';
import { trainingProgress } from '../terminal/training-progress.js';
import { trainingWarnings } from '../terminal/training-warnings.js';
import { loadTrainer } from '../trainer.js';

const option = (flags: string, text: string, parser: (text: string) => number) =>
  new Option(flags, text).argParser(parser);

export const train = new Command('train')
  .description('train a BinaryDuo network: coupled, decoupled, fine-tuned')
  .addOption(dataOption())
  .addOption(new Option('--recipe <name>', 'network and schedule; default: the one made for the dataset'))
  .addOption(networkOption())
  .addOption(widthOption())
  .addOption(weightsOption())
  .addOption(channelScalesOption())
  .addOption(
    new Option('--pretrained <folder>', 'a run, or a saved model: what coupled training begins with'),
  )
  .addOption(new Option('--out <folder>', 'where models and logs go; default: runs/<data>'))
  .addOption(new Option('--resume', 'go on with the run in --out, with the settings that it began with'))
  .addOption(new Option('--overwrite', 'replace a run that is in --out already').conflicts('resume'))
  .addOption(option('--seed <number>', 'of everything random', seed).default(1))
  .addOption(option('--epochs <number>', "of coupled training, instead of the recipe's", positiveInteger))
  .addOption(option('--finetune-epochs <number>', "of fine-tuning, instead of the recipe's", positiveInteger))
  .addOption(option('--batch <images>', "a step, instead of the recipe's", positiveInteger))
  .addOption(
    option('--rate <number>', "first learning rate of coupled training, instead of the recipe's", positive),
  )
  .addOption(
    option(
      '--finetune-rate <number>',
      "first learning rate of fine-tuning, instead of the recipe's",
      positive,
    ),
  )
  .addOption(
    new Option('--optimizer <name>', "of both, instead of the recipe's").choices(Object.keys(OPTIMIZERS)),
  )
  .addOption(option('--weight-decay <number>', "of both, instead of the recipe's", nonNegative))
  .addOption(scheduleOption())
  .addOption(augmentOption())
  .addOption(option('--label-smoothing <share>', 'of each target, spread over all classes', nonNegative))
  .addOption(
    option('--distill <weight>', "weight of a float teacher's output in the loss, above 0 up to 1", positive),
  )
  .addOption(option('--temperature <number>', 'of distillation; default: 4', positive))
  .addOption(
    option('--teacher-epochs <number>', 'of the teacher; default: as for coupled training', positiveInteger),
  )
  .addOption(
    option(
      '--teacher-rate <number>',
      "the teacher's first learning rate; default: as for coupled training",
      positive,
    ),
  )
  .addOption(option('--limit <images>', 'train on so many images, for a quick try', positiveInteger))
  .addOption(
    option('--checkpoint-minutes <minutes>', 'between checkpoints within an epoch', nonNegative).default(10),
  )
  .addOption(
    new Option('--stream', 'read the images of a folder when they are due, for sets larger than memory'),
  )
  .addOption(new Option('--tensorboard <folder>', 'write the curves there too, for TensorBoard'))
  .addOption(corruptOption())
  .addOption(precisionOption())
  .addOption(new Option('--backend <name>', 'default: the fastest that loads').choices(['native', 'wasm']))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge train --data mnist --out runs/first\n  $ bd-edge train --data mnist --epochs 20 --seed 7 --json\n  $ bd-edge train --data pictures/ --recipe mnist --limit 500 --epochs 2\n  $ bd-edge train --resume --out runs/first',
  )
  .action(run);

interface Options extends Settings {
  out?: string;
  resume?: boolean;
  overwrite?: boolean;
  checkpointMinutes: number;
  tensorboard?: string;
  json?: boolean;
}

/** Training was stopped by Ctrl-C, and can go on. */
class TrainingStopped extends AbortedError {}

async function run(given: Options, command: AnyCommand): Promise<void> {
  const signal = interruptSignal();
  const out = given.out ?? join('runs', basename(resolve(given.data)));
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
  const options = given.resume ? { ...given, ...(await readSettings(out, given, isGiven)) } : given;
  requireOutside(out, options.pretrained);
  if (!options.resume && !options.overwrite) requireNoRun(out);
  const trainer = await loadTrainer();
  const backend = await trainer.selectBackend({ backend: options.backend });
  say(`backend: ${backend.description}${backend.hint ? `; ${backend.hint}` : ''}`);
  const recipeName = options.recipe ?? trainer.recipeOf(options.data);
  const named = await withNetwork(
    withSettings(trainer.recipeFor(recipeName, backend.name), options),
    options,
  );
  const network = trainer.networkName(named);
  const pretrained = options.pretrained ? await readPretrained(options.pretrained, options) : undefined;
  const dataset = await loadFor(named, options);
  const recipe = trainer.withClassesOf(dataset, named);
  if (options.resume && !hasCheckpoint(out)) say(`no checkpoint in ${out}: from the beginning`);
  let begun = false;
  const onBegin = async (sets: { train: Images }) => {
    if (!options.resume) {
      await checkReplaceable(out);
      await mkdir(out, { recursive: true });
      await deleteRunRecord(out);
      // A recipe may depend on the backend, and so does every digit.
      await writeSettings(out, { ...options, backend: backend.name });
    }
    begun = true;
    for (const warning of trainingWarnings(recipe, sets.train.count, trainer)) say(`warning: ${warning}`);
  };

  const progress = trainingProgress(!options.json);
  const { limit, resume, checkpointMinutes, tensorboard } = options;
  const result = await trainer
    .trainBinaryDuo(dataset, recipe, {
      directory: out,
      seed: options.seed,
      limit,
      resume,
      pretrained,
      checkpointMinutes,
      tensorboard,
      onBegin,
      onProgress: progress.onProgress,
      onEvaluation: progress.onEvaluation,
      signal,
    })
    .catch((cause) => {
      if (!begun) throw cause;
      const again = `go on with: bd-edge train --resume --out ${shellArgument(out)}`;
      if (cause instanceof trainer.TrainingAborted)
        throw new TrainingStopped(`${cause.stopped}; ${again}`, { cause });
      if (cause instanceof trainer.DiskFullError)
        throw new trainer.DiskFullError(cause.happened, `make room, then ${again}`, { cause });
      throw cause;
    })
    .finally(() => progress.stop());

  const record = {
    data: options.data,
    network,
    recipe: recipeName,
    ...(options.weights && { weights: options.weights }),
    ...(options.width !== undefined && { width: options.width }),
    ...(options.pretrained && { pretrained: options.pretrained }),
    seed: options.seed,
    ...(limit !== undefined && { limit }),
    ...(options.stream && { stream: true }),
    ...(options.corrupt === 'skip' && { corrupt: options.corrupt }),
    ...(options.precision && { precision: options.precision }),
    backend: backend.description,
    validationImages: result.validation.count,
    seconds: result.seconds,
    ...(result.teacher && { teacher: { validationAccuracy: result.teacher.validationAccuracy } }),
    coupled: { testAccuracy: result.coupled.testAccuracy },
    decoupled: { testAccuracy: result.decoupled.testAccuracy },
    finetuned: { testAccuracy: result.finetuned.testAccuracy },
  };
  await writeRunRecord(out, record);
  const facts = {
    data: options.data,
    network,
    recipe: recipeName,
    seed: String(options.seed),
    backend: backend.description,
    'training time': `${result.seconds.toFixed(0)} s`,
  };
  const report = await trainer.renderReport(result, {
    title: `bd-edge: ${out}`,
    classes: dataset.classes,
    facts,
  });
  await trainer.writeFileWhole(join(out, REPORT_FILE), report);
  if (options.json) printJson({ ...record, out });
  else printResult(result, out);
}

function printResult(result: BinaryDuoResult, out: string): void {
  const row = (name: StageName) => [
    name,
    percent(result[name].validationAccuracy),
    percent(result[name].testAccuracy),
  ];
  print(table(['network', 'validation', 'test'], STAGES.map(row)));
  print(
    `\nTrained for ${result.seconds.toFixed(0)} s. Models and logs are in ${out}; report.html shows them.`,
  );
  print(`Next: bd-edge export ${shellArgument(out)} -o model.bdm`);
}
