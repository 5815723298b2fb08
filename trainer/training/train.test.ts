import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fullDisk } from '../../sdk/testing/full-disk.js';
import { selectBackend } from '../backend/index.js';
import { type ImageSet, streamImageFolder } from '../data/index.js';
import { Dropout } from '../layers/index.js';
import { buildNetwork } from '../networks/index.js';
import * as tf from '../tensorflow/index.js';
import { bars, barsNetwork } from '../testing/bars.js';
import { loadModel } from './checkpoint.js';
import { evaluate } from './evaluate.js';
import { train } from './train.js';
import type { TrainOptions, TrainProgress } from './train-options.js';
import type { EpochLog } from './training-log.js';

vi.mock('node:fs/promises', async (original) =>
  (await import('../../sdk/testing/full-disk.js')).canBeFull(await original()),
);

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
  optimizer: { kind: 'adam' },
  schedule: { kind: 'cosine', learningRate: 0.02 },
  seed: 1,
});

const weights = (model: tf.LayersModel) => model.getWeights().map((weight) => weight.dataSync());

describe('train', () => {
  it('learns, and ends with the weights of the best epoch', async () => {
    const model = barsNetwork();
    const result = await train(model, { ...options(), epochs: 6 });
    expect(result.validationAccuracy).toBeGreaterThan(0.9);
    expect((await evaluate(model, bars(40, 2))).accuracy).toBe(result.validationAccuracy);
    const accuracies = result.log.map((line) => line.validationAccuracy);
    expect(result.bestEpoch).toBe(1 + accuracies.lastIndexOf(Math.max(...accuracies)));
  });

  it('ends with the same weights for the same seed', async () => {
    const run = async (seed: number) => {
      const model = barsNetwork();
      await train(model, { ...options(), epochs: 1, seed, augmentation: { shift: 1 } });
      return weights(model);
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('drops other values at each step', async () => {
    const network = buildNetwork(
      {
        input: [6, 6, 1],
        layers: [{ kind: 'flatten' }, { kind: 'dropout', rate: 0.5 }, { kind: 'int8-dense', units: 2 }],
      },
      1,
    );
    // The image and the weights are the same at each step, so that only the masks differ.
    const same: ImageSet = {
      ...bars(8, 1),
      images: new Uint8Array(8 * 36).fill(9),
      labels: new Uint8Array(8),
    };
    const meanLosses: number[] = [];
    await train(network, {
      ...options(),
      train: same,
      epochs: 1,
      batchSize: 1,
      schedule: { kind: 'step', learningRate: 0, drops: [] },
      onProgress: ({ loss, validationAccuracy }) => validationAccuracy ?? meanLosses.push(loss),
    });
    expect(new Set(meanLosses).size).toBe(8);
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

  it('keeps latent weights in [-1, 1]', async () => {
    const model = barsNetwork();
    await train(model, {
      ...options(),
      epochs: 1,
      optimizer: { kind: 'momentum' },
      schedule: { kind: 'cosine', learningRate: 1 },
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
    expect((await readFile(join(directory, 'log.csv'), 'utf8')).split('\n')).toHaveLength(1 + 4 + 1);
    expect(Object.keys(log[0].flipRatio)).toEqual([model.layers[3].name]);
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

describe('resume', () => {
  const long = (): TrainOptions => ({ ...options(), augmentation: { shift: 1 }, directory });
  /** A log without what differs between runs: the time, and names that TensorFlow.js generates. */
  const timeless = (log: EpochLog[]) =>
    log.map(({ seconds: _, flipRatio, ...line }) => ({ ...line, flipRatios: Object.values(flipRatio) }));

  /** Trains until a step, and fails there without saving. */
  async function die(
    at: { epoch: number; step: number },
    change: Partial<TrainOptions> = {},
    model = barsNetwork(),
  ): Promise<void> {
    const run = train(model, {
      ...long(),
      ...change,
      onProgress: ({ epoch, step, validationAccuracy }) => {
        if (epoch === at.epoch && step === at.step && validationAccuracy === undefined)
          throw new Error('died');
      },
    });
    await expect(run).rejects.toThrow('died');
  }

  it.each<[string, { epoch: number; step: number }, Partial<TrainOptions>]>([
    ['before the first checkpoint', { epoch: 1, step: 2 }, {}],
    ['after an epoch', { epoch: 3, step: 1 }, {}],
    ['within an epoch, from its last checkpoint', { epoch: 2, step: 4 }, { checkpointMinutes: 0 }],
    ['at the last step of an epoch', { epoch: 2, step: 5 }, { checkpointMinutes: 0 }],
    ['with momentum', { epoch: 3, step: 3 }, { checkpointMinutes: 0, optimizer: { kind: 'momentum' } }],
  ])('%s: ends with the same numbers as without the interruption', async (_name, at, change) => {
    const whole = barsNetwork();
    const expected = await train(whole, { ...long(), ...change, directory: undefined });
    await die(at, change);
    const resumed = barsNetwork();
    const got = await train(resumed, { ...long(), ...change, resume: true });
    expect(timeless(got.log)).toEqual(timeless(expected.log));
    expect(weights(resumed)).toEqual(weights(whole));
    expect(got.bestEpoch).toBe(expected.bestEpoch);
    expect(weights(await loadModel(join(directory, 'best')))).toEqual(weights(whole));
    expect(JSON.parse(await readFile(join(directory, 'log.json'), 'utf8'))).toEqual(got.log);
  });

  it('uses the same dropout masks as without the interruption', async () => {
    const network = () => barsNetwork(1, new Dropout({ rate: 0.3 }));
    const change = { checkpointMinutes: 0, epochs: 2 };
    const whole = network();
    await train(whole, { ...long(), ...change, directory: undefined });
    await die({ epoch: 2, step: 3 }, change, network());
    const resumed = network();
    await train(resumed, { ...long(), ...change, resume: true });
    expect(weights(resumed)).toEqual(weights(whole));
  });

  it('resumes after an abort, and has nothing to do after the end', async () => {
    const expected = await train(barsNetwork(), { ...long(), directory: undefined });
    const controller = new AbortController();
    const stop = ({ epoch, step }: TrainProgress) => epoch === 2 && step === 3 && controller.abort();
    await expect(
      train(barsNetwork(), { ...long(), signal: controller.signal, onProgress: stop }),
    ).rejects.toMatchObject({ name: 'AbortedError', code: 'training-aborted' });
    for (const steps of [12, 0]) {
      const reports: TrainProgress[] = [];
      const { log } = await train(barsNetwork(), {
        ...long(),
        resume: true,
        onProgress: (report) => reports.push(report),
      });
      expect(timeless(log)).toEqual(timeless(expected.log));
      expect(reports.filter((report) => report.validationAccuracy === undefined)).toHaveLength(steps);
    }
  });

  it('keeps no tensors', async () => {
    await die({ epoch: 3, step: 1 });
    const model = barsNetwork();
    await train(model, { ...long(), epochs: 1, directory: undefined });
    const before = tf.memory().numTensors;
    model.setWeights(barsNetwork().getWeights());
    const made = tf.memory().numTensors - before; // those of the second network
    await train(model, { ...long(), resume: true });
    expect(tf.memory().numTensors).toBe(before + made);
  });

  it('rejects the checkpoint of another training', async () => {
    await die({ epoch: 2, step: 1 });
    const resume = (change: Partial<TrainOptions>, model = barsNetwork()) =>
      train(model, { ...long(), ...change, resume: true });
    const mismatch = (name: string, received: unknown = expect.any(String)) => ({
      ...{ name: 'IncompatibleDataError', code: 'checkpoint-mismatch', received: { [name]: received } },
    });
    await expect(resume({ batchSize: 8 })).rejects.toMatchObject({
      ...{ ...mismatch('batchSize', '8'), expected: '16' },
    });
    await expect(resume({ seed: 2 })).rejects.toMatchObject(mismatch('seed'));
    await expect(resume({ train: bars(71, 1) })).rejects.toMatchObject(mismatch('train'));
    await expect(resume({}, barsNetwork(5))).rejects.toMatchObject(mismatch('initial weights'));
    await expect(resume({ loss: { labelSmoothing: 0.5 } })).rejects.toMatchObject({
      ...{ ...mismatch('loss'), expected: 'none' },
    });
    const { images, ...set } = bars(70, 1);
    const inverted = { ...set, images: images.map((pixel) => 255 - pixel) };
    await expect(resume({ train: inverted })).rejects.toMatchObject(mismatch('train'));
    const pooled = barsNetwork(1, tf.layers.averagePooling2d({ poolSize: 2 }));
    await expect(resume({}, pooled)).rejects.toMatchObject(mismatch('layers'));
  });

  it('rejects another teacher', async () => {
    const loss = { distillation: { weight: 0.5, temperature: 2 } };
    await die({ epoch: 2, step: 1 }, { loss, teacher: barsNetwork(8) });
    const resume = (teacher: tf.LayersModel) =>
      train(barsNetwork(), { ...long(), loss, teacher, resume: true });
    await expect(resume(barsNetwork(9))).rejects.toMatchObject({
      received: { teacher: expect.any(String) },
    });
    expect((await resume(barsNetwork(8))).log).toHaveLength(4);
  });

  it('deletes an old checkpoint without resume', async () => {
    await die({ epoch: 2, step: 1 });
    await die({ epoch: 1, step: 1 });
    expect(await readdir(directory)).not.toContain('checkpoint.safetensors');
  });

  // /dev/full is a Linux file on which every write fails with a full disk.
  it.skipIf(!existsSync('/dev/full'))('keeps the last good checkpoint when the disk fills up', async () => {
    const expected = await train(barsNetwork(), { ...long(), directory: undefined });
    const run = train(barsNetwork(), {
      ...long(),
      onProgress: ({ epoch, validationAccuracy }) => {
        if (epoch === 3 && validationAccuracy !== undefined)
          fullDisk.path = join(directory, 'checkpoint.safetensors');
      },
    });
    await expect(run).rejects.toMatchObject({
      code: 'disk-full',
      path: expect.stringMatching(/checkpoint\.safetensors$/),
    });
    fullDisk.path = undefined;
    const { log } = await train(barsNetwork(), { ...long(), resume: true });
    expect(timeless(log)).toEqual(timeless(expected.log));
  });
});

describe('a stream of files', () => {
  it('trains like images in memory, and resumes after a kill', async () => {
    const { images } = bars(24, 1);
    for (let i = 0; i < 24; i++) {
      const path = join(directory, 'train', i % 2 ? 'b' : 'a', `${String(i).padStart(2, '0')}.png`);
      await mkdir(dirname(path), { recursive: true });
      const raw = { width: 6, height: 6, channels: 1 } as const;
      await sharp(images.subarray(36 * i, 36 * (i + 1)), { raw })
        .png()
        .toFile(path);
    }
    const shape = { height: 6, width: 6, channels: 1 };
    const { train: files, test } = await streamImageFolder(directory, shape);
    const streamed = (): TrainOptions => ({
      ...options(),
      train: files,
      validation: test,
      epochs: 2,
      batchSize: 5,
      augmentation: { resizedCrop: true, flip: true },
    });
    const whole = await train(barsNetwork(), streamed());
    const run = (change: Partial<TrainOptions>) =>
      train(barsNetwork(), {
        ...streamed(),
        directory: join(directory, 'run'),
        checkpointMinutes: 0,
        ...change,
      });
    const killed = run({
      onProgress: ({ epoch, step }) => {
        if (epoch === 2 && step === 2) throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    const { log } = await run({ resume: true });
    const losses = (lines: EpochLog[]) => lines.map(({ loss }) => loss);
    expect(losses(log)).toEqual(losses(whole.log));
  });
});

describe('training stops', () => {
  it('for invalid options, before a checkpoint is deleted', async () => {
    await train(barsNetwork(), { ...options(), directory, epochs: 1 });
    const before = await readdir(directory);
    const run = train(barsNetwork(), { ...options(), directory, epochs: 0 });
    await expect(run).rejects.toMatchObject({ code: 'not-positive-integer', received: 0 });
    expect(await readdir(directory)).toEqual(before);
  });

  it('when the loss is not finite, at its step', async () => {
    const run = train(barsNetwork(), {
      ...options(),
      optimizer: { kind: 'momentum' },
      schedule: { kind: 'step', learningRate: Number.MAX_VALUE, drops: [] },
    });
    await expect(run).rejects.toMatchObject({
      ...{ name: 'TrainingError', code: 'diverged', step: 2, epoch: 1, layer: expect.any(String) },
    });
  });

  it('on a signal, after the weights are saved', async () => {
    const controller = new AbortController();
    const model = barsNetwork();
    const before = tf.memory().numTensors;
    const run = train(model, {
      ...options(),
      directory,
      signal: controller.signal,
      onProgress: ({ epoch, step }) => epoch === 2 && step === 2 && controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'training-aborted', savedTo: directory });
    expect(tf.memory().numTensors).toBe(before);
    expect(weights(await loadModel(join(directory, 'last')))).toEqual(weights(model));
  });
});
