/**
 * Models as folders in the format of TensorFlow.js: `model.json` (layers, names and shapes of weights) and one binary
 * file of float32 weights. This package has its own reader and writer because TensorFlow.js supports file:// URLs only
 * with its native backend.
 *
 * Writes are atomic. The weights go into a file named after their content, `weights-<hash>.bin`; `model.json`, which
 * names that file, is replaced last. If the process is killed, the existing model is left untouched.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FileError } from '@bd-edge/sdk/internal';
import * as tf from '../tensorflow/index.js';
import '../layers/index.js'; // registers the classes that model.json names
import { writeFileWhole } from '@bd-edge/sdk/internal/files';

const MODEL_FILE = 'model.json';
const WEIGHTS_FILE = /^weights-[0-9a-f]{16}\.bin$/;

/**
 * Saves a model.
 *
 * @param directory created if it does not exist; a model in it is replaced
 */
export async function saveModel(model: tf.LayersModel, directory: string): Promise<void> {
  await model.save(tf.io.withSaveHandler((artifacts) => writeArtifacts(artifacts, directory)));
}

/**
 * Loads a model.
 *
 * @throws {FileError} `unreadable-model` if the folder has no model or a damaged one
 */
export async function loadModel(directory: string): Promise<tf.LayersModel> {
  try {
    return await tf.loadLayersModel({ load: () => readArtifacts(directory) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(
      'unreadable-model',
      `${directory} does not contain a readable model (${reason}); name a folder with a ${MODEL_FILE} and its weights.`,
      { path: directory, cause },
    );
  }
}

async function writeArtifacts(artifacts: tf.io.ModelArtifacts, directory: string): Promise<tf.io.SaveResult> {
  const weights = new Uint8Array(tf.io.CompositeArrayBuffer.join(artifacts.weightData));
  const hash = createHash('sha256').update(weights).digest('hex').slice(0, 16);
  const weightsFile = `weights-${hash}.bin`;
  const model: tf.io.ModelJSON = {
    format: artifacts.format,
    generatedBy: artifacts.generatedBy,
    convertedBy: artifacts.convertedBy,
    modelTopology: artifacts.modelTopology as tf.io.ModelJSON['modelTopology'],
    weightsManifest: [{ paths: [weightsFile], weights: artifacts.weightSpecs ?? [] }],
  };
  await mkdir(directory, { recursive: true });
  await writeFileWhole(join(directory, weightsFile), weights);
  await writeFileWhole(join(directory, MODEL_FILE), JSON.stringify(model));
  const stale = (await readdir(directory)).filter((name) => WEIGHTS_FILE.test(name) && name !== weightsFile);
  await Promise.all(stale.map((name) => rm(join(directory, name))));
  return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
}

async function readArtifacts(directory: string): Promise<tf.io.ModelArtifacts> {
  const model = JSON.parse(await readFile(join(directory, MODEL_FILE), 'utf8')) as tf.io.ModelJSON;
  return tf.io.getModelArtifactsForJSON(model, async (manifest) => {
    const specs = manifest.flatMap((group) => group.weights);
    const paths = manifest.flatMap((group) => group.paths);
    const files = await Promise.all(paths.map((path) => readFile(join(directory, basename(path)))));
    return [specs, new Uint8Array(Buffer.concat(files)).buffer];
  });
}
