import { basename } from 'node:path';
import { type ImportedNetwork, type ImportOptions, importOnnx, measureAgreement } from '@bd-edge/import';
import { randomImages, withMetadata } from '@bd-edge/import/internal';
import { memoryRequirement } from '@bd-edge/sdk';
import { argmax, InputDensities, sampleIndices } from '@bd-edge/sdk/internal';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readInput } from '../options/input-file.js';
import {
  jsonOption,
  limitOption,
  names,
  nonNegativeInteger,
  parsedOption,
  sampleSeedOption,
} from '../options/options.js';
import { describeImages, loadForPacked, printNotes } from '../options/test-images.js';
import { EXIT } from '../terminal/exit-codes.js';
import { formatNumber, percent, print, printJson, printMessage } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { shellArgument } from '../terminal/shell-argument.js';
import { isStandardOutput, writeOutput } from '../write-output.js';

/** Random images of the comparison, without --validation. */
const RANDOM_IMAGES = 20;

export const importModel = new Command('import')
  .description('import a quantized ONNX network as a .bdm file, and compare the two on images')
  .argument('<file>', 'ONNX file: QONNX, QCDQ, or exported by PyTorch or tf2onnx')
  .addOption(new Option('-o, --out <file>', 'output file; - is standard output').default('model.bdm'))
  .addOption(
    parsedOption(
      '--pixels <low..high>',
      'numbers that the bytes 0 and 255 became in training',
      range,
    ).default({ low: 0, high: 1 }, '0..1'),
  )
  .addOption(
    parsedOption(
      '--mean <numbers>',
      'means that were subtracted, one or one a channel (default: 0)',
      numbers,
    ),
  )
  .addOption(
    parsedOption(
      '--std <numbers>',
      'deviations that were divided by, one or one a channel (default: 1)',
      numbers,
    ),
  )
  .addOption(
    new Option(
      '--layout <order>',
      'order of the axes of the input (default: recognized by the channels)',
    ).choices(['channels-first', 'channels-last']),
  )
  .addOption(
    parsedOption(
      '--shape <HxWxC>',
      'image behind an input of the shape [batch, values] (default: 1x1 pixels)',
      shape,
    ),
  )
  .addOption(
    new Option('--zero-padding <action>', 'action for activations such as -1 and 1 that are padded with 0')
      .choices(['reject', 'int16'])
      .default('reject'),
  )
  .addOption(new Option('--validation <name>', 'test images for the comparison: a dataset or a folder'))
  .addOption(limitOption())
  .addOption(sampleSeedOption())
  .addOption(
    parsedOption(
      '--random <images>',
      `random images for the comparison, 0 for none (default: ${RANDOM_IMAGES}, or 0 with --validation)`,
      nonNegativeInteger,
    ),
  )
  .addOption(new Option('--name <text>', 'name in the metadata (default: name of the file)'))
  .addOption(
    parsedOption('--class-names <names>', 'class names for the metadata, separated by commas', names),
  )
  .addOption(new Option('--license <text>', 'license of the network, for the metadata'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge import model.onnx -o model.bdm\n  $ bd-edge import model.onnx --pixels -1..1 --validation mnist --limit 1000',
  )
  .action(run);

interface Options {
  out: string;
  pixels: { low: number; high: number };
  mean?: number[];
  std?: number[];
  layout?: ImportOptions['layout'];
  shape?: ImportOptions['shape'];
  zeroPadding: ImportOptions['zeroPadding'];
  validation?: string;
  limit?: number;
  seed: number;
  random?: number;
  name?: string;
  classNames?: string[];
  license?: string;
  json?: boolean;
}

/** The images of the comparison. */
interface Images {
  pixels: Uint8Array;
  /** What they are, for people. */
  what: string;
  labels?: readonly number[];
}

async function run(file: string, options: Options): Promise<void> {
  const { pixels, mean, std, layout, shape, zeroPadding, out, license, classNames } = options;
  const metadata = {
    name: options.name ?? basename(file).replace(/\.onnx$/, ''),
    ...(classNames && { labels: classNames }),
    ...(license !== undefined && { license }),
  };
  const imported = importOnnx(await readInput(file), {
    ...{ pixels: { ...pixels, mean, deviation: std }, layout, shape, zeroPadding, metadata },
  });
  const compared = await compare(imported, options);
  const densities = compared?.densities;
  const { bytes, model } = densities ? withMetadata(imported, { ...metadata, densities }) : imported;
  const toOutput = isStandardOutput(out);
  const differs =
    compared !== undefined &&
    compared.agreement.activationsDiffering + compared.agreement.classesDiffering > 0;
  // A file that does not agree would give wrong classes.
  if (!differs) await writeOutput(out, bytes);
  else process.exitCode = EXIT.failed;

  const { fileBytes, weightBytes, arenaBytes } = model;
  const { roundedLogits, notes } = imported;
  if (options.json && !toOutput) {
    const { agreement = null, accuracy = null } = compared ?? {};
    printJson({
      ...{ out: differs ? null : out, fileBytes, weightBytes, arenaBytes },
      ...{ images: compared?.what ?? null, agreement, accuracy, roundedLogits, notes },
    });
    return;
  }
  const say = toOutput ? printMessage : print;
  for (const note of notes) say(`note: ${note}`);
  if (!differs) {
    say(
      `${toOutput ? 'standard output' : out}: ${formatNumber(fileBytes)} bytes, weights ${formatNumber(weightBytes)}, arena ${formatNumber(arenaBytes)}`,
    );
    say(`RAM on a board: ${formatNumber(memoryRequirement(model))} bytes`);
  }
  report(imported, compared, say);
  if (differs) say('Nothing was written, because the two differ. Please report it with the ONNX file.');
  else if (!toOutput) say(`Next: bd-edge deploy ${shellArgument(out)} --port sim:`);
}

type Compared = NonNullable<Awaited<ReturnType<typeof compare>>>;

function report(
  { roundedLogits }: ImportedNetwork,
  compared: Compared | undefined,
  say: (text: string) => void,
): void {
  if (!compared) {
    say('not compared with the ONNX network; leave out --random 0 for random images');
    return;
  }
  const { what, agreement, accuracy } = compared;
  const { activations, activationsDiffering, classesDiffering, firstDifference } = agreement;
  say(
    `compared with the ONNX network on ${what}: ` +
      `${formatNumber(activationsDiffering)} of ${formatNumber(activations)} activations differ, ` +
      `${formatNumber(classesDiffering)} classes differ`,
  );
  if (agreement.classesTied > 0)
    say(
      `${formatNumber(agreement.classesTied)} images have equal largest logits, of which float32 rounding picks another one in the ONNX network`,
    );
  if (firstDifference) {
    const { image, tensor, op, values } = firstDifference;
    say(`first difference: image ${image}, tensor "${tensor}" (op ${op}), ${formatNumber(values)} values`);
  }
  if (roundedLogits)
    say(
      `logits are rounded by up to ${agreement.largestLogitError.toFixed(3)} steps, because of the biases of the last layer; their order is exact`,
    );
  if (accuracy !== undefined) say(`accuracy ${percent(accuracy)}`);
}

/** Runs the comparison. @returns undefined without images */
async function compare(imported: ImportedNetwork, options: Options) {
  const images = await imagesOf(imported, options);
  if (!images) return undefined;
  const densities = new InputDensities(imported.model);
  let [image, correct] = [0, 0];
  const progress = progressBar('compare');
  const agreement = await measureAgreement(imported, images.pixels, {
    onProgress: (done, total) => progress.update(done, total),
    onLayers: (layers) => densities.add(layers),
    onLogits: (logits) => {
      if (argmax(logits) === images.labels?.[image++]) correct++;
    },
  }).finally(() => progress.stop());
  return {
    ...{ what: images.what, agreement, densities: densities.means() },
    ...(images.labels && { accuracy: correct / agreement.images }),
  };
}

async function imagesOf({ bytes, model }: ImportedNetwork, options: Options): Promise<Images | undefined> {
  const {
    validation,
    seed,
    limit = Infinity,
    random = validation === undefined ? RANDOM_IMAGES : 0,
  } = options;
  if (validation === undefined) {
    if (random === 0) return undefined;
    const what = `${formatNumber(random)} random images (seed ${seed})`;
    return { pixels: randomImages(random, model.input, seed), what };
  }
  const loaded = await loadForPacked(bytes, { data: validation, corrupt: 'reject' });
  await printNotes(loaded);
  const { test } = loaded;
  const indices = sampleIndices(test.labels, limit, seed);
  const imageBytes = test.height * test.width * test.channels;
  const pixels = new Uint8Array(indices.length * imageBytes);
  for (const [i, index] of indices.entries())
    pixels.set(test.images.subarray(index * imageBytes, (index + 1) * imageBytes), i * imageBytes);
  const sample = indices.length < test.count ? { of: test.count, seed } : null;
  const what = describeImages(loaded, indices.length, sample);
  return { pixels, what, labels: indices.map((index) => test.labels[index]) };
}

/** Parses two numbers, such as -1..1. */
function range(text: string): { low: number; high: number } {
  const [low, high, ...more] = text
    .split('..')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!Number.isFinite(low) || !Number.isFinite(high) || low === high || more.length > 0)
    throw new InvalidArgumentError('Expected two different numbers, such as 0..1 or -1..1.');
  return { low, high };
}

/** Parses numbers separated by commas. */
function numbers(text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every(Number.isFinite)) throw new InvalidArgumentError('Expected numbers separated by commas.');
  return values;
}

/** Parses the size of an image, such as 28x28x1. */
function shape(text: string): { height: number; width: number; channels: number } {
  const [height, width, channels, ...more] = text.split('x').map(Number);
  if (more.length > 0 || ![height, width, channels].every((size) => Number.isInteger(size) && size > 0))
    throw new InvalidArgumentError('Expected height, width and channels, such as 28x28x1.');
  return { height, width, channels };
}
