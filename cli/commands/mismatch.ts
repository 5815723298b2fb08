import { UsageError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import type { ModelMismatch, ReferenceRow, ToyMismatchRow } from '@bd-edge/trainer';
import { STAGES, type StageName } from '@bd-edge/trainer/internal';
import { Command, Option } from 'commander';
import { jsonOption, names, positiveInteger, positiveNumbers, seed } from '../options/options.js';
import { loadForTrained } from '../options/training-data.js';
import { findTrainedModel } from '../run-record.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, print, printJson, table } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { loadTrainer } from '../trainer.js';

export const mismatch = new Command('mismatch')
  .description('measure how far the gradient that training follows is from the real one')
  .addOption(
    new Option(
      '--eps <numbers>',
      'how far weights are moved; default: 0.1,0.01, and 1 for --model',
    ).argParser(positiveNumbers),
  )
  .addOption(new Option('--seed <number>', 'of everything random').argParser(seed).default(1))
  .addOption(new Option('--plot <file.svg>', 'draw the cosines there'))
  .optionsGroup('The toy experiment:')
  .addOption(
    new Option('--activations <names>', 'of full, binary, ternary, 2-bit, 3-bit, 4-bit')
      .argParser(names)
      .default(['full', 'binary', 'ternary', '2-bit'], 'full,binary,ternary,2-bit'),
  )
  .addOption(
    new Option('--samples <number>', 'inputs to the networks').argParser(positiveInteger).default(200_000),
  )
  .addOption(
    new Option('--seeds <number>', 'pairs of networks, from --seed on').argParser(positiveInteger).default(1),
  )
  .addOption(
    new Option('--surrogate <names>', 'of relu1, steep, swish-sign, polynomial, approx-sign; or all')
      .argParser(names)
      .default(['relu1'], 'relu1'),
  )
  .optionsGroup('A network of your own:')
  .addOption(
    new Option('--model <folder>', 'of a training run, or of one TensorFlow.js model').conflicts([
      'activations',
      'samples',
      'seeds',
      'surrogate',
    ]),
  )
  .addOption(
    new Option('--stage <name>', 'which network of a training run; default: coupled').choices(STAGES),
  )
  .addOption(new Option('--data <name>', 'the dataset; default: what the run was trained on'))
  .addOption(new Option('--limit <images>', 'training images drawn; default: 500').argParser(positiveInteger))
  .addOption(
    new Option('--coordinates <number>', 'weights drawn in each layer; default: 100').argParser(
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

interface Options {
  eps?: number[];
  seed: number;
  plot?: string;
  activations: string[];
  samples: number;
  seeds: number;
  surrogate: string[];
  model?: string;
  stage?: StageName;
  data?: string;
  limit?: number;
  coordinates?: number;
  json?: boolean;
}

/** An option that says something about a model, and no model. */
export class ModelMissingError extends UsageError {}

/** Nothing says which images to measure a model on. */
export class DataMissingError extends UsageError {}

async function run(options: Options): Promise<void> {
  if (options.model !== undefined) return measureModel(options.model, options);
  for (const name of ['stage', 'data', 'limit', 'coordinates'] as const) {
    if (options[name] === undefined) continue;
    throw new ModelMissingError(`--${name} is about a network of your own; name its folder with --model.`);
  }
  return measureToy(options);
}

async function measureToy(options: Options): Promise<void> {
  const signal = interruptSignal();
  const trainer = await loadTrainer();
  await trainer.selectBackend();
  const { eps = [0.1, 0.01], activations, samples } = options;
  const surrogates = options.surrogate.includes('all') ? trainer.SURROGATE_NAMES : options.surrogate;
  const seeds = Array.from({ length: options.seeds }, (_, i) => options.seed + i);
  const progress = progressBar('mismatch');
  const rows = await trainer
    .measureToyMismatch({
      ...{ activations, surrogates, eps, samples, seeds, signal },
      onProgress: (done, total, activation) => progress.update(done, total, activation),
    })
    .finally(() => progress.stop());
  if (options.plot) await writeFileWhole(options.plot, await trainer.plotToyMismatch(rows));
  if (options.json) {
    printJson({ rows, samples, seeds });
    return;
  }
  print(
    `cosine of the straight-through gradient and the coordinate discrete gradient, ${formatNumber(samples)} samples\n`,
  );
  print(toyTable(rows, trainer.MISMATCH_REFERENCE));
  print(
    '\nreference: an independent reproduction, 1,000,000 samples, other random networks (docs/mismatch.md)',
  );
  if (options.plot) print(`plot: ${options.plot}`);
}

function toyTable(rows: readonly ToyMismatchRow[], reference: readonly ReferenceRow[]): string {
  const columns = rows[0].layers.map((_, layer) => `layer ${layer + 1}`);
  const head = ['activation', 'surrogate', 'eps', ...columns, 'total', 'reference: layers 1 2 3, total'];
  return table(
    head,
    rows.map((row) => {
      const { activation, surrogate, eps, deviations } = row;
      const spread = [...deviations.layers, deviations.total];
      const cosines = [...row.layers, row.total].map((cosine, i) =>
        spread[i] > 0 ? `${figure(cosine)} +-${figure(spread[i])}` : figure(cosine),
      );
      const known =
        surrogate === 'relu1' &&
        reference.find((other) => other.activation === activation && other.eps === eps);
      const beside = known ? [...known.layers, known.total].map(figure).join(' ') : '';
      return [activation, activation === 'full' ? '' : surrogate, String(eps), ...cosines, beside];
    }),
  );
}

async function measureModel(folder: string, options: Options): Promise<void> {
  const signal = interruptSignal();
  const trainer = await loadTrainer();
  await trainer.selectBackend();
  const { record, ...trained } = await findTrainedModel(folder, options.stage ?? 'coupled');
  const model = await trainer.loadModel(trained.folder);
  const data = options.data ?? record?.data;
  const dataset = await loadForTrained(model, record, data);
  if (dataset === undefined) {
    throw new DataMissingError(`${folder} does not say what it was trained on; name a dataset with --data.`);
  }
  const drawn = trainer.drawImages(dataset.train, options.limit ?? 500, options.seed);
  const images = 'batches' in drawn ? await trainer.gather(drawn) : drawn;

  const progress = progressBar('mismatch');
  const rows = await trainer
    .estimateMismatch(model, {
      ...{
        data: images,
        eps: options.eps,
        coordinates: options.coordinates ?? 100,
        seed: options.seed,
        signal,
      },
      onProgress: (done, total, layer) => progress.update(done, total, layer),
    })
    .finally(() => progress.stop());
  if (options.plot) await writeFileWhole(options.plot, await trainer.plotModelMismatch(rows));
  if (options.json) {
    printJson({ rows, model: model.name, data, images: images.count, seed: options.seed });
    return;
  }
  print(
    `${model.name}: cosine of the straight-through gradient and the coordinate discrete gradient, ` +
      `${formatNumber(images.count)} ${data} training images\n`,
  );
  print(modelTable(rows));
  print('\neps is relative to a layer’s weights; intervals are for the choice of weights (docs/mismatch.md)');
  if (options.plot) print(`plot: ${options.plot}`);
}

function modelTable(results: readonly ModelMismatch[]): string {
  const interval = ([low, high]: readonly [number, number]) => `${figure(low)} .. ${figure(high)}`;
  const rows = results.flatMap(({ eps, layers, total }) => [
    ...layers.map((layer) => [
      String(eps),
      layer.name,
      `${formatNumber(layer.coordinates)} of ${formatNumber(layer.weights)}`,
      figure(layer.cosine),
      interval(layer.interval),
    ]),
    [String(eps), 'total', '', figure(total.cosine), interval(total.interval)],
  ]);
  return table(['eps', 'layer', 'weights', 'cosine', '95 % interval'], rows);
}

/** Where a gradient is zero it points nowhere. */
function figure(cosine: number): string {
  return Number.isNaN(cosine) ? 'none' : cosine.toFixed(3);
}
