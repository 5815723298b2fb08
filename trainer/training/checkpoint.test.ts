// biome-ignore-all lint/suspicious/noAssignInExpressions: a table of one change each
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import * as tf from '../tensorflow/index.js';
import { bars, barsNetwork } from '../testing/bars.js';
import { loadModel, saveModel } from './checkpoint.js';
import { logits } from './evaluate.js';

let directory: string;
beforeAll(async () => {
  await selectBackend();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const weights = (model: tf.LayersModel) => model.getWeights().map((weight) => weight.dataSync());

it('loads the saved model, coupled or decoupled', async () => {
  for (const model of [barsNetwork(), decouple(barsNetwork())]) {
    await saveModel(model, join(directory, 'deep', 'folder'));
    const read = await loadModel(join(directory, 'deep', 'folder'));
    expect(weights(read)).toEqual(weights(model));
    expect(await logits(read, bars(8, 1))).toEqual(await logits(model, bars(8, 1)));
    expect(read.layers.map((layer) => layer.getConfig())).toEqual(
      model.layers.map((layer) => layer.getConfig()),
    );
  }
});

it('replaces a model completely', async () => {
  await saveModel(barsNetwork(1), directory);
  await saveModel(barsNetwork(2), directory);
  expect(weights(await loadModel(directory))).toEqual(weights(barsNetwork(2)));
  expect((await readdir(directory)).map((name) => name.replace(/[0-9a-f]{16}/, '#'))).toEqual([
    'model.json',
    'weights-#.bin',
  ]);
});

it('keeps the existing model if the process is killed before the rename', async () => {
  await saveModel(barsNetwork(1), directory);
  const former = await readFile(join(directory, 'model.json'));
  await saveModel(barsNetwork(2), join(directory, 'later'));
  const [weightsFile] = (await readdir(join(directory, 'later'))).filter((name) =>
    name.startsWith('weights'),
  );
  await writeFile(join(directory, weightsFile), await readFile(join(directory, 'later', weightsFile)));
  await writeFile(join(directory, 'model.json.1-0.partial'), former.subarray(0, 100));
  expect(weights(await loadModel(directory))).toEqual(weights(barsNetwork(1)));
});

it('names the folder without a model, or with a damaged one', async () => {
  const error = { name: 'FileError', code: 'unreadable-model', path: directory };
  await expect(loadModel(directory)).rejects.toMatchObject(error);
  await saveModel(barsNetwork(), directory);
  const [weightsFile] = (await readdir(directory)).filter((name) => name.startsWith('weights'));
  await writeFile(join(directory, weightsFile), Buffer.alloc(10));
  await expect(loadModel(directory)).rejects.toMatchObject(error);
});

it('reads weights only from the folder', async () => {
  const inner = join(directory, 'inner');
  await saveModel(barsNetwork(), inner);
  const [weightsFile] = (await readdir(inner)).filter((name) => name.startsWith('weights'));
  await rename(join(inner, weightsFile), join(directory, weightsFile));
  const model = await readFile(join(inner, 'model.json'), 'utf8');
  await writeFile(join(inner, 'model.json'), model.replace(weightsFile, `../${weightsFile}`));
  await expect(loadModel(inner)).rejects.toMatchObject({ code: 'unreadable-model', path: inner });
});

interface Manifest {
  paths: string[];
  weights: { name: string; shape: number[]; dtype: string; quantization?: object }[];
}
// biome-ignore lint/suspicious/noExplicitAny: damaged on purpose
type ModelFile = { weightsManifest: Manifest[]; modelTopology: any } & Record<string, unknown>;

/** Saves a model, changes its files, and loads it. */
async function loadChanged(
  change: (file: ModelFile, weights: Buffer) => Buffer | undefined,
  model: tf.LayersModel = barsNetwork(),
): Promise<tf.LayersModel> {
  await saveModel(model, directory);
  const path = join(directory, 'model.json');
  const file = JSON.parse(await readFile(path, 'utf8'));
  const weightsPath = join(directory, file.weightsManifest[0].paths[0]);
  const bytes = change(file, await readFile(weightsPath));
  if (bytes) {
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    file.weightsManifest[0].paths = [`weights-${hash}.bin`];
    await writeFile(join(directory, `weights-${hash}.bin`), bytes);
  }
  await writeFile(path, JSON.stringify(file));
  return loadModel(directory);
}

const changes: [string, (file: ModelFile, weights: Buffer) => Buffer | undefined | undefined][] = [
  ['no manifest', (file) => void Reflect.deleteProperty(file, 'weightsManifest')],
  ['a manifest of null', (file) => void Object.assign(file, { weightsManifest: null })],
  ['an empty manifest', (file) => void (file.weightsManifest = [])],
  ['no list of weights', ({ weightsManifest: [group] }) => void Reflect.deleteProperty(group, 'weights')],
  [
    'a missing weight',
    ({ weightsManifest: [group] }, bytes) => bytes.subarray(0, -4 * (group.weights.pop()?.shape[0] ?? 0)),
  ],
  [
    'an extra weight',
    ({ weightsManifest: [{ weights }] }, bytes) => {
      weights.push({ name: 'more/kernel', shape: [1], dtype: 'float32' });
      return Buffer.concat([bytes, Buffer.alloc(4)]);
    },
  ],
  [
    'a weight twice, under a name that TensorFlow.js shortens',
    ({ weightsManifest: [{ weights }] }, bytes) => {
      const [layer, weight] = weights[0].name.split('/');
      weights.push({ ...weights[0], name: `${layer}/cell/${weight}` });
      return Buffer.concat([bytes, bytes.subarray(0, 4 * weights[0].shape.reduce((a, b) => a * b))]);
    },
  ],
  ['a weight twice', ({ weightsManifest: [{ weights }] }) => void (weights[1].name = weights[0].name)],
  ['another name', ({ weightsManifest: [{ weights }] }) => void (weights[0].name = 'other/kernel')],
  ['another shape of as many bytes', ({ weightsManifest: [{ weights }] }) => void weights[0].shape.reverse()],
  ['another shape', ({ weightsManifest: [{ weights }] }) => void weights[0].shape.push(2)],
  ['a negative size', ({ weightsManifest: [{ weights }] }) => void (weights[0].shape[0] *= -1)],
  [
    'a shape that overflows',
    ({ weightsManifest: [{ weights }] }) => void (weights[0].shape = [2 ** 52, 2 ** 52]),
  ],
  ['integers', ({ weightsManifest: [{ weights }] }) => void (weights[0].dtype = 'int32')],
  [
    'a type that every object has',
    ({ weightsManifest: [{ weights }] }) => void (weights[0].dtype = 'toString'),
  ],
  [
    'quantized weights',
    ({ weightsManifest: [{ weights }] }) =>
      void (weights[0].quantization = { dtype: 'uint8', scale: 1, min: 0, original_dtype: 'float32' }),
  ],
  ['more bytes', (_, bytes) => Buffer.concat([bytes, Buffer.alloc(4)])],
  ['fewer bytes', (_, bytes) => bytes.subarray(0, -1)],
  ['no file', ({ weightsManifest: [group] }) => void (group.paths = [])],
  ['a file twice', ({ weightsManifest: [group] }) => void group.paths.push(group.paths[0])],
  ['the folder as a file', ({ weightsManifest: [group] }) => void (group.paths = ['.'])],
  ['a path', ({ weightsManifest: [group] }) => void (group.paths = [join(directory, group.paths[0])])],
  ['a graph model', (file) => void Object.assign(file, { format: 'graph-model' })],
  ['no layers', (file) => void Reflect.deleteProperty(file, 'modelTopology')],
  ['a list of layers', (file) => void (file.modelTopology = [])],
  ['an unknown class', ({ modelTopology }) => void (modelTopology.class_name = 'toString')],
  [
    'an unknown class of a layer',
    ({ modelTopology }) => void (modelTopology.config.layers[1].class_name = '__proto__'),
  ],
  ['layers that are not a list', ({ modelTopology }) => void (modelTopology.config.layers = {})],
];

describe('a model is rejected', () => {
  it.each(changes)('with %s', async (_, change) => {
    await expect(loadChanged((file, bytes) => change(file, bytes) || undefined)).rejects.toMatchObject({
      ...{ name: 'FileError', code: 'unreadable-model', path: directory },
    });
  });

  it('with other bytes than its digest', async () => {
    await saveModel(barsNetwork(), directory);
    const [name] = (await readdir(directory)).filter((name) => name.startsWith('weights'));
    const bytes = await readFile(join(directory, name));
    bytes[0] ^= 1;
    await writeFile(join(directory, name), bytes);
    await expect(loadModel(directory)).rejects.toMatchObject({ code: 'unreadable-model' });
  });

  // biome-ignore lint/suspicious/noExplicitAny: damaged on purpose
  const graphs: [string, (layers: any[]) => void][] = [
    ['a cycle', (layers) => void (layers[1].inbound_nodes = [[[layers[2].name, 0, 0, {}]]])],
    ['a layer after itself', (layers) => void (layers[1].inbound_nodes = [[[layers[1].name, 0, 0, {}]]])],
    ['an unknown input', (layers) => void (layers[1].inbound_nodes = [[['none', 0, 0, {}]]])],
    [
      'an input that inherits from objects',
      (layers) => void (layers[1].inbound_nodes = [[['toString', 0, 0, {}]]]),
    ],
    ['an output that is never computed', (layers) => void (layers[1].inbound_nodes[0][0][1] = 1)],
    ['an output that is not a number', (layers) => void (layers[1].inbound_nodes[0][0][1] = 'x')],
    [
      'two layers of the same name',
      (layers) => void (layers[2].name = layers[2].config.name = layers[1].name),
    ],
    ['two names of a layer', (layers) => void (layers[2].name = 'other')],
    ['a name that every object has', (layers) => void (layers[2].name = layers[2].config.name = 'toString')],
    ['two spellings of a field', (layers) => void (layers[1].inboundNodes = layers[1].inbound_nodes)],
    ['inputs that are not a list', (layers) => void (layers[1].inbound_nodes = [1])],
  ];
  it.each(graphs)('with %s', async (_, change) => {
    const input = tf.input({ shape: [3] });
    const [first, second] = [2, 2].map((units) => tf.layers.dense({ units }));
    const output = second.apply(first.apply(input)) as tf.SymbolicTensor;
    const changed = loadChanged(
      (file) => {
        change(file.modelTopology.config.layers);
        return undefined;
      },
      tf.model({ inputs: input, outputs: output }),
    );
    await expect(changed).rejects.toMatchObject({ name: 'FileError', code: 'unreadable-model' });
  });

  it.skipIf(process.platform === 'win32')('if a file is a device or a folder, at once', async () => {
    const error = { name: 'FileError', code: 'unreadable-model', path: directory };
    await symlink('/dev/zero', join(directory, 'model.json'));
    await expect(loadModel(directory)).rejects.toMatchObject(error);
    await rm(join(directory, 'model.json'));
    await saveModel(barsNetwork(), directory);
    const [weights] = (await readdir(directory)).filter((name) => name.startsWith('weights'));
    await rm(join(directory, weights));
    await symlink('/dev/zero', join(directory, weights));
    await expect(loadModel(directory)).rejects.toMatchObject(error);
    await rm(join(directory, weights));
    await mkdir(join(directory, weights));
    await expect(loadModel(directory)).rejects.toMatchObject(error);
  });

  it('if its layers are nested very deep', async () => {
    await saveModel(barsNetwork(), directory);
    const path = join(directory, 'model.json');
    const text = await readFile(path, 'utf8');
    const deep = `${'{"a":'.repeat(200_000)}0${'}'.repeat(200_000)}`;
    for (const changed of [deep, text.replace('"modelTopology":{', `"modelTopology":{"deep":${deep},`)]) {
      await writeFile(path, changed);
      await expect(loadModel(directory)).rejects.toMatchObject({ code: 'unreadable-model' });
    }
  });
});

it('a folder with the name of weights stays', async () => {
  await mkdir(join(directory, 'weights-0123456789abcdef.bin'));
  await saveModel(barsNetwork(), directory);
  expect(weights(await loadModel(directory))).toEqual(weights(barsNetwork()));
});
