import { type Metadata, memoryRequirement } from '@bd-edge/sdk';
import { describePreparation } from '@bd-edge/sdk/internal';
import type { Dataset, Images, StageName } from '@bd-edge/trainer';
import { Command, Option } from 'commander';
import { STAGES } from '../options/names.js';
import { jsonOption } from '../options/options.js';
import { FILES_ENTRY, HELD_OUT, SEPARATE, TEST_ENTRY } from '../options/test-images.js';
import { loadForTrained } from '../options/training-data.js';
import { bestStage, dataOfTrained, findTrainedModel, type TrainedModel } from '../run-record.js';
import { counted, formatNumber, percent, print, printJson, printMessage } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { shellArgument } from '../terminal/shell-argument.js';
import { loadTrainer } from '../trainer.js';
import { isStandardOutput, writeOutput } from '../write-output.js';

export const exportModel = new Command('export')
  .description('export a trained network to a .bdm file, and compare the two on validation images')
  .argument('<folder>', 'folder of a training run, of one of its networks, or of a TensorFlow.js model')
  .addOption(new Option('-o, --out <file>', 'output file; - is standard output').default('model.bdm'))
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
  const dataset = await loadForTrained(
    model,
    record,
    options.data ?? (await dataOfTrained(folder, record)),
  ).catch((error) => {
    // The record has all that the file needs; only the comparison needs images.
    if (options.data !== undefined || error.code !== 'unknown-dataset') throw error;
    return undefined;
  });
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
      metadata: metadataOf(options, trained, dataset),
      validation,
      onProgress: (done, total) => progress.update(done, total),
    })
    .finally(() => progress.stop());
  // The file itself may be on standard output.
  const toOutput = isStandardOutput(options.out);
  await writeOutput(options.out, bytes);
  const say = toOutput ? printMessage : print;

  if (options.json && !toOutput) {
    const { fileBytes, weightBytes, arenaBytes } = exported;
    printJson({
      ...{ out: options.out, fileBytes, weightBytes, arenaBytes },
      ...{ agreement: agreement ?? null, warnings },
    });
    return;
  }
  say(
    `${toOutput ? 'standard output' : options.out}: ${formatNumber(bytes.length)} bytes, weights ${formatNumber(exported.weightBytes)}, arena ${formatNumber(exported.arenaBytes)}`,
  );
  say(`RAM on a board: ${formatNumber(memoryRequirement(exported))} bytes`);
  if (agreement) {
    const { images, activations, activationsDiffering, classesDiffering } = agreement;
    say(
      `compared with the training graph on ${counted(images, 'validation image')}: ` +
        `${formatNumber(activationsDiffering)} of ${formatNumber(activations)} activations differ (ties), ` +
        `the class of ${counted(classesDiffering, 'image')} differs`,
    );
  } else {
    say('not compared with the training graph; add --data for validation images');
  }
  for (const { message } of warnings) say(`warning: ${message}`);
  const better = betterStage(trained);
  if (better !== undefined) say(better);
  if (!toOutput) say(`Next: bd-edge deploy ${shellArgument(options.out)} --port sim:`);
}

/** Tells of a network of the run that is better on validation images. */
function betterStage({ record, stage }: TrainedModel): string | undefined {
  if (record === undefined || stage === undefined) return undefined;
  const best = bestStage(record);
  if (best === undefined || best === stage) return undefined;
  const [its, own] = [best, stage].map((name) => record[name].validationAccuracy ?? 0);
  if (its === own && best !== 'coupled') return undefined;
  const smaller = best === 'coupled' ? ' and is smaller' : '';
  return `note: ${best} has ${percent(its)} on validation images${smaller}; ${stage} has ${percent(own)}: see --stage ${best}`;
}

function metadataOf(options: Options, { record, stage }: TrainedModel, dataset?: Dataset<Images>): Metadata {
  // A dataset that was named for the comparison says nothing about the training.
  const classNames = record?.classNames ?? dataset?.classNames;
  const preparation = record === undefined ? dataset?.preparation : record.preparation;
  return {
    name: options.name ?? (record && [record.network, stage].filter(Boolean).join(' ')),
    labels: classNames && [...classNames],
    preprocessing: describePreparation(preparation ?? {}),
    ...(preparation && { preparation }),
    training: record && {
      data: record.data,
      recipe: record.recipe,
      seed: record.seed,
      backend: record.backend,
      ...(record.files !== undefined && {
        [FILES_ENTRY]: record.files,
        [TEST_ENTRY]: record.heldOut ? HELD_OUT : SEPARATE,
      }),
      ...(stage && { 'test accuracy': percent(record[stage].testAccuracy) }),
    },
  };
}
