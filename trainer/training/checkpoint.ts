/**
 * Models as folders in the format of TensorFlow.js: `model.json` (layers, names and shapes of weights) and one binary
 * file of float32 weights. This package has its own reader and writer because TensorFlow.js supports file:// URLs only
 * with its native backend.
 *
 * Writes are atomic. The weights go into a file named after their content, `weights-<hash>.bin`; `model.json`, which
 * names that file, is replaced last. If the process is killed, the existing model is left untouched.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FileError } from '@bd-edge/sdk/internal';
import * as v from 'valibot';
import * as tf from '../tensorflow/index.js';
import '../layers/index.js'; // registers the classes that model.json names
import { readRegularFile, readTextFile, writeFileWhole } from '@bd-edge/sdk/internal/files';
import { checkTopology } from './check-topology.js';

const MODEL_FILE = 'model.json';
const WEIGHTS_FILE = /^weights-[0-9a-f]{16}\.bin$/;
const FLOAT_BYTES = 4;

/** The size of a dimension. The product of all sizes is compared with the bytes of a file. */
const Size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 30));

/** The fields of `model.json` that are read. Others, such as an optimizer, are ignored. */
const ModelFile = v.object({
  format: v.optional(v.nullable(v.literal('layers-model'))),
  modelTopology: v.record(v.string(), v.unknown()),
  weightsManifest: v.array(
    v.object({
      paths: v.array(v.string()),
      weights: v.array(
        v.object({
          name: v.string(),
          shape: v.array(Size),
          dtype: v.literal('float32'),
          quantization: v.optional(v.undefined_()),
        }),
      ),
    }),
  ),
});

/**
 * Saves a model.
 *
 * @param directory created if it does not exist; a model in it is replaced
 */
export async function saveModel(model: tf.LayersModel, directory: string): Promise<void> {
  await model.save(tf.io.withSaveHandler((artifacts) => writeArtifacts(artifacts, directory)));
}

/**
 * Loads a model. All of its weights are read from the folder: names, shapes, types and bytes must match.
 *
 * @throws {FileError} `unreadable-model` if the folder has no model or a damaged one
 */
export async function loadModel(directory: string): Promise<tf.LayersModel> {
  try {
    const artifacts = await readArtifacts(directory);
    const model = await tf.loadLayersModel({ load: async () => artifacts });
    checkComplete(model, artifacts);
    return model;
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
  const weightsFile = weightsFileName(weights);
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
  const entries = await readdir(directory, { withFileTypes: true });
  const stale = entries.filter(
    (entry) => entry.isFile() && WEIGHTS_FILE.test(entry.name) && entry.name !== weightsFile,
  );
  await Promise.all(stale.map(({ name }) => rm(join(directory, name), { force: true })));
  return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
}

async function readArtifacts(directory: string): Promise<tf.io.ModelArtifacts> {
  const text = await readTextFile(join(directory, MODEL_FILE));
  const { modelTopology, weightsManifest } = parseModelFile(text);
  const topology = modelTopology as object;
  checkTopology(topology);
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const names = new Set(weightSpecs.map(({ name }) => name));
  if (names.size < weightSpecs.length) throw new Error('two weights have the same name');
  const parts: Uint8Array[] = [];
  for (const { paths, weights } of weightsManifest) {
    const files = await Promise.all(paths.map((path) => readWeights(directory, path)));
    const received = files.reduce((sum, file) => sum + file.length, 0);
    const expected = weights.reduce((sum, { shape }) => sum + FLOAT_BYTES * elements(shape), 0);
    if (received !== expected)
      throw new Error(`${paths.join(', ')} has ${received} bytes; expected ${expected}`);
    parts.push(...files);
  }
  return { modelTopology: topology, weightSpecs, weightData: new Uint8Array(Buffer.concat(parts)).buffer };
}

/** Reads a file of weights. If its name has a digest of its content, the two must match. */
async function readWeights(directory: string, name: string): Promise<Uint8Array> {
  if (name !== basename(name) || name === '' || name === '.' || name === '..')
    throw new Error(`${JSON.stringify(name)} is not the name of a file in the folder`);
  const bytes = await readRegularFile(join(directory, name));
  if (WEIGHTS_FILE.test(name) && name !== weightsFileName(bytes))
    throw new Error(`the content of ${name} does not match its digest`);
  return bytes;
}

function weightsFileName(bytes: Uint8Array): string {
  return `weights-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.bin`;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function parseModelFile(text: string): v.InferOutput<typeof ModelFile> {
  const result = v.safeParse(ModelFile, JSON.parse(text), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${MODEL_FILE}: ${[v.getDotPath(issue), issue.message].filter(Boolean).join(': ')}`);
}

/**
 * Checks that every weight of the model was read. TensorFlow.js checks that each name in the file has a weight of the
 * same shape in the model.
 */
function checkComplete(model: tf.LayersModel, { weightSpecs = [] }: tf.io.ModelArtifacts): void {
  const expected = model.layers.flatMap(({ weights }) => weights).length;
  if (weightSpecs.length !== expected)
    throw new Error(`it has ${weightSpecs.length} weights; expected ${expected}`);
}
