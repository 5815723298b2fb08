import { mkdir } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { TrainProgress } from '../../trainer/index.js';
import { interruptSignal } from '../interrupt.js';
import { dataOption, jsonOption, positiveInteger, seed } from '../options.js';
import { percent, print, printJson, table } from '../output.js';
import { progressBar } from '../progress.js';
import { writeRunRecord } from '../run-record.js';
import { loadTrainer } from '../trainer.js';

export const train = new Command('train')
  .description('train a BinaryDuo network: coupled, decoupled, fine-tuned')
  .addOption(dataOption())
  .addOption(new Option('--recipe <name>', 'network and schedule; default: the one named like the dataset'))
  .addOption(new Option('--out <folder>', 'where models and logs go').default('runs/mnist', 'runs/<data>'))
  .addOption(new Option('--seed <number>', 'of everything random').argParser(seed).default(1))
  .addOption(
    new Option('--epochs <number>', "of coupled training, instead of the recipe's").argParser(
      positiveInteger,
    ),
  )
  .addOption(
    new Option('--finetune-epochs <number>', "of fine-tuning, instead of the recipe's").argParser(
      positiveInteger,
    ),
  )
  .addOption(new Option('--backend <name>', 'default: the fastest that loads').choices(['native', 'wasm']))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge train --data mnist --out runs/first\n  $ bd-edge train --data mnist --epochs 20 --seed 7 --json',
  )
  .action(run);

interface Options {
  data: string;
  recipe?: string;
  out: string;
  seed: number;
  epochs?: number;
  finetuneEpochs?: number;
  backend?: 'native' | 'wasm';
  json?: boolean;
}

async function run(options: Options): Promise<void> {
  const signal = interruptSignal();
  const trainer = await loadTrainer();
  const backend = await trainer.selectBackend({ backend: options.backend });
  process.stderr.write(`backend: ${backend.description}${backend.hint ? `; ${backend.hint}` : ''}\n`);
  const recipeName = options.recipe ?? options.data;
  const recipe = trainer.recipeFor(recipeName, backend.name);
  const dataset = await trainer.loadDataset(options.data);
  await mkdir(options.out, { recursive: true });

  const progress = progressBar('coupled');
  let phase = 'coupled';
  let bar = progress;
  const onProgress = (state: TrainProgress) => {
    if (state.phase !== phase) {
      bar.stop();
      phase = state.phase;
      bar = progressBar(phase);
    }
    const done = (state.epoch - 1) * state.steps + state.step;
    const note = `epoch ${state.epoch}/${state.epochs}, loss ${state.loss.toFixed(3)}, accuracy ${percent(state.accuracy)}`;
    bar.update(done, state.epochs * state.steps, note);
  };
  const result = await trainer
    .trainBinaryDuo(
      dataset,
      {
        ...recipe,
        coupled: { ...recipe.coupled, epochs: options.epochs ?? recipe.coupled.epochs },
        finetune: { ...recipe.finetune, epochs: options.finetuneEpochs ?? recipe.finetune.epochs },
      },
      { directory: options.out, seed: options.seed, onProgress, signal },
    )
    .finally(() => bar.stop());

  const stage = (name: 'coupled' | 'decoupled' | 'finetuned') => ({
    testAccuracy: result[name].testAccuracy,
  });
  const record = {
    data: options.data,
    network: recipe.network,
    recipe: recipeName,
    seed: options.seed,
    backend: backend.description,
    validationImages: recipe.validationImages,
    seconds: result.seconds,
    coupled: stage('coupled'),
    decoupled: stage('decoupled'),
    finetuned: stage('finetuned'),
  };
  await writeRunRecord(options.out, record);
  if (options.json) {
    printJson({ ...record, out: options.out });
    return;
  }
  const row = (name: 'coupled' | 'decoupled' | 'finetuned') => [
    name,
    percent(result[name].validationAccuracy),
    percent(result[name].testAccuracy),
  ];
  print(table(['network', 'validation', 'test'], [row('coupled'), row('decoupled'), row('finetuned')]));
  print(`\n${result.seconds.toFixed(0)} s. Models and logs are in ${options.out}.`);
  print(`Next: bd-edge export ${options.out} -o model.bdm`);
}
