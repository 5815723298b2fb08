import { type Metadata, memoryRequirement } from '@bd-edge/sdk';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import type { StageName } from '@bd-edge/trainer';
import { Command, Option } from 'commander';
import { STAGES } from '../options/names.js';
import { jsonOption } from '../options/options.js';
import { loadForTrained } from '../options/training-data.js';
import { findTrainedModel, type TrainedModel } from '../run-record.js';
import { formatNumber, percent, print, printJson } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { shellArgument } from '../terminal/shell-argument.js';
import { loadTrainer } from '../trainer.js';

export const exportModel = new Command('export')
  .description('export a trained network to a .bdm file, and compare the two on validation images')
  .argument('<folder>', 'folder of a training run, of one of its networks, or of a TensorFlow.js model')
  .addOption(new Option('-o, --out <file>', 'output file').default('model.bdm'))
  .addOption(new Option('--stage <name>', 'network of a training run').choices(STAGES).default('finetuned'))
  .addOption(new Option('--data <name>', "validation images: a dataset (default: the run's training data)"))
  .addOption(new Option('--name <text>', 'name in the metadata (default: names of network and stage)'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge export runs/mnist -o model.bdm\n  $ bd-edge export runs/mnist --stage coupled -o coupled.bdm',
  )
  .action(run);

interface Options {
  out: string;
  stage: StageName;
  data?: string;
  name?: string;
  json?: boolean;
}

async function run(folder: string, options: Options): Promise<void> {
  const trainer = await loadTrainer();
  await trainer.selectBackend();
  const trained = await findTrainedModel(folder, options.stage);
  const { record } = trained;
  const model = await trainer.loadModel(trained.folder);
  const dataset = await loadForTrained(model, record, options.data);
  const { validationImages = 1000, seed = 1, limit } = record ?? {};
  const held = dataset && trainer.trainingSplit(dataset, validationImages, seed, limit).validation;
  const validation = held && 'batches' in held ? await trainer.readStream(held) : held;

  const progress = progressBar('compare');
  const {
    bytes,
    model: exported,
    agreement,
    warnings,
  } = await trainer
    .exportModel(model, {
      metadata: metadataOf(options, trained, dataset?.classNames),
      validation,
      onProgress: (done, total) => progress.update(done, total),
    })
    .finally(() => progress.stop());
  await writeFileWhole(options.out, bytes);

  if (options.json) {
    const { fileBytes, weightBytes, arenaBytes } = exported;
    printJson({
      ...{ out: options.out, fileBytes, weightBytes, arenaBytes },
      ...{ agreement: agreement ?? null, warnings },
    });
    return;
  }
  print(
    `${options.out}: ${formatNumber(bytes.length)} bytes, weights ${formatNumber(exported.weightBytes)}, arena ${formatNumber(exported.arenaBytes)}`,
  );
  print(`RAM on a board: ${formatNumber(memoryRequirement(exported))} bytes`);
  if (agreement) {
    const { images, activations, activationsDiffering, classesDiffering } = agreement;
    print(
      `compared with the training graph on ${formatNumber(images)} validation images: ` +
        `${formatNumber(activationsDiffering)} of ${formatNumber(activations)} activations differ (ties), ` +
        `${formatNumber(classesDiffering)} classes differ`,
    );
  } else {
    print('not compared with the training graph; add --data for validation images');
  }
  for (const { message } of warnings) print(`warning: ${message}`);
  print(`Next: bd-edge deploy ${shellArgument(options.out)} --port sim:`);
}

function metadataOf(
  options: Options,
  { record, stage }: TrainedModel,
  classNames?: readonly string[],
): Metadata {
  return {
    name: options.name ?? (record && [record.network, stage].filter(Boolean).join(' ')),
    labels: classNames && [...classNames],
    preprocessing: 'raw pixels 0..255, channels last',
    training: record && {
      data: record.data,
      recipe: record.recipe,
      seed: record.seed,
      backend: record.backend,
      ...(stage && { 'test accuracy': percent(record[stage].testAccuracy) }),
    },
  };
}
