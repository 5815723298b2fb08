/** Model arguments: a file, or the name of a model of the package @bd-edge/models. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ModelError, parseModel } from '@bd-edge/sdk';
import { FileError } from '@bd-edge/sdk/internal';
import { readTextFile } from '@bd-edge/sdk/internal/files';
import { readInput } from './options/input-file.js';
import { shellArgument } from './terminal/shell-argument.js';

/** The help text of a model argument. */
export const MODEL_ARGUMENT = 'a .bdm file, or the name of a bundled model, such as mnist-8k';

/** An image of a bundled model, with the logits of the reference. */
export interface Sample {
  image: Uint8Array;
  logits: number[];
}

/** A model as the user named it. */
export interface ModelArgument {
  bytes: Uint8Array;
  /** Set for a bundled model: reads the images that ship with it. */
  samples?: () => Promise<Sample[]>;
}

/**
 * Reads the model that an argument names. A file takes precedence over a bundled model of the same name.
 *
 * @throws {FileError} code `unknown-model` for an argument that is neither; that of a rule of the format for a file that is
 *   not a valid model; what `readInput` throws
 */
export async function readModel(argument: string): Promise<ModelArgument> {
  const isName = /^[\w-]+$/.test(argument);
  if (!isName || existsSync(argument)) return { bytes: await readModelFile(argument) };
  const folder = bundledModels().get(argument);
  if (folder === undefined) {
    const names = [...bundledModels().keys()];
    throw new FileError(
      'unknown-model',
      `No file and no bundled model is named "${argument}"; bundled models: ${names.join(', ')}.`,
      { path: argument },
    );
  }
  return {
    bytes: await readInput(join(folder, 'model.bdm')),
    samples: () => readSamples(join(folder, 'samples.json')),
  };
}

async function readModelFile(path: string): Promise<Uint8Array> {
  if (TRAINED.some((file) => existsSync(join(path, file)))) {
    const fix = `export it first: bd-edge export ${shellArgument(path)} -o model.bdm`;
    throw new FileError('is-a-folder', `${path} is the folder of a training; ${fix}`, { path });
  }
  const bytes = await readInput(path);
  try {
    parseModel(bytes);
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    throw new FileError(cause.code, `${path}: ${cause.message}`, { path, cause });
  }
  return bytes;
}

/** The files of a training run, and of a network before it is exported. */
const TRAINED = ['run.json', 'settings.json', 'model.json'];

/** Returns the folders of the bundled models by name. */
function bundledModels(): Map<string, string> {
  const root = dirname(createRequire(import.meta.url).resolve('@bd-edge/models/package.json'));
  const names = readdirSync(root).filter((name) => existsSync(join(root, name, 'model.bdm')));
  return new Map(names.toSorted().map((name) => [name, join(root, name)]));
}

async function readSamples(file: string): Promise<Sample[]> {
  const { samples } = JSON.parse(await readTextFile(file));
  return samples.map(({ image, logits }: { image: string; logits: number[] }) => ({
    image: new Uint8Array(Buffer.from(image, 'base64')),
    logits,
  }));
}
