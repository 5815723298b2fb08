import { COST_BOARDS } from '@bd-edge/host/internal';
import { InvalidArgumentError, Option } from 'commander';

/** Returns an option whose text a function parses. */
export const parsedOption = <T>(flags: string, text: string, parser: (text: string) => T) =>
  new Option(flags, text).argParser(parser);

/** Parses an integer of at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected an integer above 0.');
  return value;
}

/** Parses an integer of at least 0. */
export function nonNegativeInteger(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('Expected an integer of at least 0.');
  return value;
}

/** Parses an integer from 0 to 2^32 - 1. */
export function seed(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value >= 2 ** 32)
    throw new InvalidArgumentError('Expected an integer from 0 to 4294967295.');
  return value;
}

/** Parses a comma-separated list of names. */
export function names(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes('')) throw new InvalidArgumentError('Expected names separated by commas.');
  return parts;
}

/** Parses a comma-separated list of numbers above 0. */
export function positiveNumbers(text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every((value) => value > 0 && Number.isFinite(value)))
    throw new InvalidArgumentError('Expected numbers above 0 separated by commas.');
  return values;
}

/** Parses a number above 0. */
export function positive(text: string): number {
  const value = nonNegative(text);
  if (value === 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** Parses a number of at least 0. */
export function nonNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('Expected a number of at least 0.');
  return value;
}

// Options that several commands share.

export const jsonOption = () => new Option('--json', 'one JSON object on standard output (docs/cli.md)');

export const boardCostOption = () =>
  new Option('--board <name>', 'estimate time, flash and RAM on a board').choices([...COST_BOARDS]);

export const portOption = () =>
  new Option(
    '--port <name>',
    'port of the board: /dev/ttyUSB0, COM3, socket://host:port, rfc2217://host:port, or sim: for a simulated board',
  );

/** A `--port` that may be given several times. */
export const portsOption = () =>
  new Option(
    '--port <name>',
    'port of a board: /dev/ttyUSB0, COM3, socket://host:port, rfc2217://host:port, or sim: for a simulated board; several run side by side',
  ).argParser((port: string, before: string[] = []) => [...before, port]);

export const junitOption = () =>
  new Option('--junit <file.xml>', 'report with one test for each board, for continuous integration');

export const baudOption = () =>
  new Option('--baud <rate>', 'bits per second of a serial port').argParser(positiveInteger).default(115200);

export const limitOption = () =>
  new Option(
    '--limit <images>',
    'size of a random sample of the images, with the classes in proportion (default: all)',
  ).argParser(positiveInteger);

export const sampleSeedOption = () =>
  new Option('--seed <number>', 'random seed of the sample').argParser(seed).default(1);

export const wrongOption = () =>
  new Option('--wrong <file>', 'list of the wrong images with their scores, as .csv or .json');

export const evaluationReportOption = () =>
  new Option('--report <file.html>', 'page with the confusion matrix and the wrong images');

export const dataOption = () =>
  new Option('--data <name>', 'dataset: a name or a folder (docs/data.md)').default('mnist');

/** The `--data` of commands that take a model. */
export const modelDataOption = () =>
  new Option('--data <name>', "dataset: a name or a folder (default: the model's training data)");

export const corruptOption = () =>
  new Option('--corrupt <action>', 'action for images that cannot be read')
    .choices(['skip', 'reject'])
    .default('reject');

export const recipeOption = () =>
  new Option('--recipe <name>', 'network and training schedule (default: the recipe for the dataset)');

export const networkOption = () =>
  new Option(
    '--network <name>',
    'built-in network, or a .json file with a network description (default: from the recipe)',
  );

export const widthOption = () =>
  new Option('--width <factor>', 'factor for the channels of a built-in network (default: 1)').argParser(
    positive,
  );

export const weightsOption = () =>
  new Option(
    '--weights <kind>',
    'weights of the layers; float is float32 everywhere and cannot be deployed (default: binary)',
  ).choices(['binary', 'float']);

export const channelScalesOption = () =>
  new Option('--channel-scales', 'one scale for each output of a binary layer; costs nothing after export');

export const batchOption = () =>
  new Option('--batch <images>', 'batch size (default: from the recipe)').argParser(positiveInteger);

export const weightDecayOption = () =>
  new Option('--weight-decay <number>', 'weight decay (default: from the recipe)').argParser(nonNegative);

export const labelSmoothingOption = () =>
  new Option(
    '--label-smoothing <share>',
    'share of each target that is spread over all classes (default: 0)',
  ).argParser(nonNegative);

export const scheduleOption = () =>
  new Option(
    '--schedule <kind>',
    'learning rate schedule; cosine decays to 0 (default: from the recipe)',
  ).choices(['cosine']);

export const trainingLimitOption = () =>
  new Option('--limit <images>', 'number of training images, validation included (default: all)').argParser(
    positiveInteger,
  );

export const checkpointMinutesOption = () =>
  new Option(
    '--checkpoint-minutes <minutes>',
    'minutes between checkpoints within an epoch; 0 saves every step',
  )
    .argParser(nonNegative)
    .default(10);

export const streamOption = () =>
  new Option('--stream', 'reading of images on demand, for folders larger than memory');

export const precisionOption = () =>
  new Option(
    '--precision <type>',
    'precision of convolutions in training; bfloat16 needs a processor with support (default: float32)',
  ).choices(['float32', 'bfloat16']);

export const backendOption = () =>
  new Option('--backend <name>', 'TensorFlow.js backend (default: the fastest that loads)').choices([
    'native',
    'wasm',
  ]);
