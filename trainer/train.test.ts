import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selectBackend } from './backend/index.js';
import { loadModel } from './checkpoint.js';
import { evaluate } from './evaluate.js';
import { bars, barsNetwork } from './testing.js';
import {
  InvalidTrainingError,
  NonFiniteLossError,
  TrainingAborted,
  type TrainOptions,
  type TrainProgress,
  train,
} from './train.js';

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

const options = (): TrainOptions => ({
  train: bars(70, 1),
  validation: bars(40, 2),
  epochs: 4,
  batchSize: 16,
  optimiser: { kind: 'adam' },
  schedule: { kind: 'cosine', rate: 0.02 },
  seed: 1,
});

const weights = (model: tf.LayersModel) => model.getWeights().map((weight) => weight.dataSync());

describe('train', () => {
  it('learns, and leaves the model with the weights of its best epoch', async () => {
    const model = barsNetwork();
    const result = await train(model, { ...options(), epochs: 6 });
    expect(result.validationAccuracy).toBeGreaterThan(0.9);
    expect((await evaluate(model, bars(40, 2))).accuracy).toBe(result.validationAccuracy);
    const accuracies = result.log.map((line) => line.validationAccuracy);
    expect(result.bestEpoch).toBe(1 + accuracies.lastIndexOf(Math.max(...accuracies)));
  });

  it('gives the same weights for the same seed', async () => {
    const run = async (seed: number) => {
      const model = barsNetwork();
      await train(model, { ...options(), epochs: 1, seed, augmentation: { shift: 1 } });
      return weights(model);
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('keeps no tensors', async () => {
    const model = barsNetwork();
    await train(model, { ...options(), epochs: 1 });
    const before = tf.memory().numTensors;
    const during: number[] = [];
    await train(model, { ...options(), epochs: 1, onProgress: () => during.push(tf.memory().numTensors) });
    expect(new Set(during).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('reports every step and every epoch', async () => {
    const reports: TrainProgress[] = [];
    await train(barsNetwork(), {
      ...options(),
      epochs: 2,
      phase: 'coupled',
      onProgress: (report) => reports.push(report),
    });
    expect(reports).toHaveLength(2 * (5 + 1));
    expect(reports[0]).toMatchObject({
      phase: 'coupled',
      epoch: 1,
      epochs: 2,
      step: 1,
      steps: 5,
      learningRate: 0.02,
    });
    expect(reports[5]).toEqual({ ...reports[4], validationAccuracy: expect.any(Number) });
    expect(reports[11].accuracy).toBeGreaterThanOrEqual(0);
  });

  it('moves latent weights no further than [-1, 1]', async () => {
    const model = barsNetwork();
    await train(model, {
      ...options(),
      epochs: 1,
      optimiser: { kind: 'momentum' },
      schedule: { kind: 'cosine', rate: 1 },
    });
    const kernel = model.layers[3].getWeights()[0].dataSync();
    expect(Math.max(...kernel.map(Math.abs))).toBe(1);
  });
});

describe('the files', () => {
  it('are the last and the best epoch and a log', async () => {
    const model = barsNetwork();
    const { log } = await train(model, { ...options(), directory });
    expect(JSON.parse(await readFile(join(directory, 'log.json'), 'utf8'))).toEqual(log);
    expect(log.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 5],
      [2, 10],
      [3, 15],
      [4, 20],
    ]);
    expect(weights(await loadModel(join(directory, 'best')))).toEqual(weights(model));
    expect((await evaluate(await loadModel(join(directory, 'last')), bars(40, 2))).accuracy).toBe(
      log[3].validationAccuracy,
    );
  });
});

describe('what stops it', () => {
  it('numbers that make no training', async () => {
    const run = (change: Partial<TrainOptions>) => train(barsNetwork(), { ...options(), ...change });
    await expect(run({ epochs: 0 })).rejects.toThrow(InvalidTrainingError);
    await expect(run({ batchSize: 1.5 })).rejects.toThrow(
      'batchSize is 1.5; training needs a whole number from 1.',
    );
    await expect(run({ train: bars(0, 1) })).rejects.toThrow('train.count is 0');
  });

  it('a loss that is not finite, at its step', async () => {
    const run = train(barsNetwork(), {
      ...options(),
      optimiser: { kind: 'momentum' },
      schedule: { kind: 'step', rate: Number.MAX_VALUE, drops: [] },
    });
    await expect(run).rejects.toThrow(NonFiniteLossError);
    await expect(run).rejects.toThrow(/at step 2 of epoch 1/);
  });

  it('a signal, once the weights are saved', async () => {
    const controller = new AbortController();
    const model = barsNetwork();
    const before = tf.memory().numTensors;
    const run = train(model, {
      ...options(),
      directory,
      signal: controller.signal,
      onProgress: ({ epoch, step }) => epoch === 2 && step === 2 && controller.abort(),
    });
    await expect(run).rejects.toThrow(TrainingAborted);
    await expect(run).rejects.toThrow(/in epoch 2, after 2 of its steps; the weights are in .*last/);
    expect(tf.memory().numTensors).toBe(before);
    expect(weights(await loadModel(join(directory, 'last')))).toEqual(weights(model));
  });
});
