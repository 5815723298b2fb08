import { InvalidArgumentError, Option } from 'commander';

/** A whole number, at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}

/** A whole number from 0 to 2^32 - 1. */
export function seed(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value >= 2 ** 32) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
  }
  return value;
}

/** Names with commas between them. */
export function names(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes('')) throw new InvalidArgumentError('It must be names with commas between them.');
  return parts;
}

/** Numbers above 0 with commas between them. */
export function positiveNumbers(text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every((value) => value > 0 && Number.isFinite(value)))
    throw new InvalidArgumentError('It must be numbers above 0 with commas between them.');
  return values;
}

/** A number above 0. */
export function positive(text: string): number {
  const value = nonNegative(text);
  if (value === 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** A number from 0. */
export function nonNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('It must be a number, 0 or more.');
  return value;
}

// Options that several verbs have, the same everywhere.

export const jsonOption = () =>
  new Option('--json', 'print one JSON object on standard output (docs/cli.md)');

export const portOption = () =>
  new Option(
    '--port <name>',
    'the line to the board: /dev/ttyUSB0, COM3, socket://host:port, or sim: for a simulated one',
  );

export const baudOption = () =>
  new Option('--baud <rate>', 'bits a second on a serial line').argParser(positiveInteger).default(115200);

export const limitOption = () =>
  new Option('--limit <images>', 'only the first so many images').argParser(positiveInteger);

export const dataOption = () =>
  new Option('--data <name>', 'the dataset: a name, or a folder (docs/data.md)').default('mnist');

export const corruptOption = () =>
  new Option('--corrupt <what>', 'what to do about images that cannot be read')
    .choices(['skip', 'refuse'])
    .default('refuse');

export const networkOption = () =>
  new Option(
    '--network <name>',
    "a built-in network, or a recipe file ending in .json (docs/recipes.md); default: the recipe's",
  );

export const widthOption = () =>
  new Option('--width <factor>', "multiplies a built-in network's channels").argParser(positive);

export const weightsOption = () =>
  new Option(
    '--weights <kind>',
    'float: float32 everywhere, as in the paper on CIFAR-10 (cannot be deployed)',
  ).choices(['binary', 'float']);

export const channelScalesOption = () =>
  new Option('--channel-scales', 'a scale for each output of a binary layer; folds into thresholds for free');

export const scheduleOption = () =>
  new Option(
    '--schedule <kind>',
    "cosine: down to 0 over the whole of each training, instead of the recipe's steps",
  ).choices(['cosine']);

export const precisionOption = () =>
  new Option(
    '--precision <type>',
    'of convolutions in training steps: bfloat16 is faster where the processor multiplies in it (docs/training.md)',
  ).choices(['float32', 'bfloat16']);
