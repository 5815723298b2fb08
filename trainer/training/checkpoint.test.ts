import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import type * as tf from '../tensorflow/index.js';
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
