import { type Metadata, memoryRequirement } from '@bd-edge/sdk';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import { STAGES, type StageName } from '@bd-edge/trainer/internal';
import { Command, Option } from 'commander';
import { dataOption, jsonOption } from '../options/options.js';
import { loadForTrained } from '../options/training-data.js';
import { findTrainedModel, type TrainedModel } from '../run-record.js';
import { formatNumber, percent, print, printJson } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { shellArgument } from '../terminal/shell-argument.js';
import { loadTrainer } from '../trainer.js';

export const exportVerb = new Command('export')
  .description('pack a trained network into one flat buffer, and compare the two on validation images')
  .argument('<folder>', 'of a training run, of one of its networks, or of any TensorFlow.js model')
  .addOption(new Option('-o, --out <file>', 'the buffer to write').default('model.bdm'))
  .addOption(
    new Option('--stage <name>', 'which network of a training run').choices(STAGES).default('finetuned'),
  )
  .addOption(dataOption().default(undefined, 'what the run was trained on'))
  .addOption(new Option('--name <text>', 'the name that travels with the network'))
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
  const held = dataset && trainer.heldOut(dataset, validationImages, seed, limit).validation;
  const validation = held && 'batches' in held ? await trainer.gather(held) : held;

  const progress = progressBar('compare');
  const {
    bytes,
    model: exported,
    agreement,
  } = await trainer
    .exportModel(model, {
      metadata: metadataOf(options, trained, dataset?.classes),
      validation,
      onProgress: (done, total) => progress.update(done, total),
    })
    .finally(() => progress.stop());
  await writeFileWhole(options.out, bytes);

  if (options.json) {
    const { fileBytes, weightBytes, arenaBytes } = exported;
    printJson({ out: options.out, fileBytes, weightBytes, arenaBytes, agreement: agreement ?? null });
    return;
  }
  print(
    `${options.out}: ${formatNumber(bytes.length)} bytes, weights ${formatNumber(exported.weightBytes)}, arena ${formatNumber(exported.arenaBytes)}`,
  );
  print(`a board needs ${formatNumber(memoryRequirement(exported))} bytes of RAM for it`);
  if (agreement) {
    const { images, activations, activationsDiffering, labelsDiffering } = agreement;
    print(
      `against the training graph, on ${formatNumber(images)} validation images: ${formatNumber(activationsDiffering)} of ` +
        `${formatNumber(activations)} activations differ (ties), ${formatNumber(labelsDiffering)} labels`,
    );
  } else {
    print('not compared with the training graph: give --data for images');
  }
  print(`Next: bd-edge deploy ${shellArgument(options.out)} --port sim:`);
}

function metadataOf(options: Options, { record, stage }: TrainedModel, labels?: readonly string[]): Metadata {
  return {
    name: options.name ?? (record && [record.network, stage].filter(Boolean).join(' ')),
    labels: labels && [...labels],
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
