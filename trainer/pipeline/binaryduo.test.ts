import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { type Dataset, loadMnist, subset, trainingSplit } from '../data/index.js';
import type { LayerSpec } from '../networks/index.js';
import * as tf from '../tensorflow/index.js';
import { loadModel } from '../training/checkpoint.js';
import { evaluate, logits } from '../training/evaluate.js';
import type { StageRecipe } from '../training/train-options.js';
import { type BinaryDuoOptions, trainBinaryDuo } from './binaryduo.js';
import { recipeFor } from './recipes.js';
import type { TrainingRecipe } from './training-recipe.js';

let few: Dataset;
let recipe: TrainingRecipe;
beforeAll(async () => {
  const { name } = await selectBackend();
  const mnist = await loadMnist();
  const first = (count: number) => Array.from({ length: count }, (_, i) => i);
  few = { ...mnist, train: subset(mnist.train, first(450)), test: subset(mnist.test, first(100)) };
  const full = recipeFor('mnist', name);
  recipe = {
    ...full,
    validationImages: 50,
    coupled: { ...full.coupled, epochs: 3, batchSize: 40 },
    finetuned: { ...full.finetuned, epochs: 1, batchSize: 40 },
  };
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('trains, decouples exactly and fine-tunes, and saves each stage', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  const phases = new Set<string>();
  const result = await trainBinaryDuo(few, recipe, {
    directory,
    seed: 1,
    onProgress: ({ phase }) => phases.add(phase),
  });
  expect([...phases]).toEqual(['coupled', 'finetuned']);
  expect(result.decoupling).toMatchObject({ differences: 0, changedClasses: 0, floatWeights: false });
  expect(result.decoupled.testAccuracy).toBe(result.coupled.testAccuracy);
  expect(result.decoupled.validationAccuracy).toBe(result.coupled.validationAccuracy);
  expect(result.finetuned.testAccuracy).toBeGreaterThan(0.4);
  expect(await logits(result.decoupled.model, few.test)).toEqual(
    await logits(result.coupled.model, few.test),
  );
  for (const stage of ['coupled', 'decoupled', 'finetuned'] as const) {
    const { accuracy } = await evaluate(await loadModel(join(directory, stage)), few.test);
    expect(accuracy).toBe(result[stage].testAccuracy);
  }
  await rm(directory, { recursive: true });
});

it('is aborted during an evaluation, and resumes there', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  const stop = new AbortController();
  const run = (options: Partial<BinaryDuoOptions>) =>
    trainBinaryDuo(few, recipe, { directory, seed: 1, ...options });
  const stopped = run({
    signal: stop.signal,
    onProgress: ({ epoch, epochs, validationAccuracy }) => {
      if (epoch === epochs && validationAccuracy !== undefined) stop.abort();
    },
  });
  await expect(stopped).rejects.toMatchObject({ code: 'training-aborted', savedTo: directory });
  const trained = new Set<string>();
  const tested: string[] = [];
  await run({
    resume: true,
    onProgress: ({ phase }) => trained.add(phase),
    onEvaluation: ({ stage, done, total }) => tested.push(`${stage} ${done} of ${total}`),
  });
  expect([...trained]).toEqual(['finetuned']);
  expect(tested).toEqual(['coupled', 'decoupled', 'finetuned'].map((stage) => `${stage} 100 of 100`));
  await rm(directory, { recursive: true });
});

it('resumes after it was killed in either stage, and ends with the same numbers', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  const short = {
    ...recipe,
    coupled: { ...recipe.coupled, epochs: 2, batchSize: 50, augmentation: { shift: 1 } },
    finetuned: { ...recipe.finetuned, batchSize: 50 },
  };
  const options = { seed: 3, limit: 220 };
  const logs = ({ coupled, finetuned }: Awaited<ReturnType<typeof trainBinaryDuo>>) =>
    [coupled, finetuned].map(({ log }) => log.map(({ seconds: _, ...line }) => line));
  const whole = await trainBinaryDuo(few, short, options);
  // As if the first step of the first process had taken 1,000 s.
  const now = performance.now.bind(performance);
  let late = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now() + late);
  for (const [phase, at] of [
    ['coupled', 6],
    ['finetuned', 2],
  ] as const) {
    const killed = trainBinaryDuo(few, short, {
      ...options,
      directory,
      resume: phase === 'finetuned',
      checkpointMinutes: 0,
      onProgress: ({ epoch, step, steps, ...state }) => {
        late = 1e6;
        if (state.phase === phase && (epoch - 1) * steps + step === at) throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
  }
  const resumed = await trainBinaryDuo(few, short, { ...options, directory, resume: true });
  expect(logs(resumed)).toEqual(logs(whole));
  expect(resumed.finetuned.testAccuracy).toBe(whole.finetuned.testAccuracy);
  expect(resumed.seconds).toBeGreaterThan(1000);
  await rm(directory, { recursive: true });
});

it('learns from a teacher of the same weights and MACs with distillation', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  const loss = { labelSmoothing: 0.1, distillation: { weight: 0.5, temperature: 4 } };
  const distilling = { ...recipe, coupled: { ...recipe.coupled, epochs: 2, loss } };
  const phases = new Set<string>();
  const options = { seed: 1, onProgress: ({ phase }: { phase: string }) => phases.add(phase) };
  const { teacher, coupled, decoupling } = await trainBinaryDuo(few, distilling, { ...options, directory });
  expect([...phases]).toEqual(['teacher', 'coupled', 'finetuned']);
  expect(decoupling.differences).toBe(0);
  const saved = await loadModel(join(directory, 'teacher'));
  expect((await evaluate(saved, trainingSplit(few, 50, 1).validation)).accuracy).toBe(
    teacher?.validationAccuracy,
  );
  expect(saved.layers.map((layer) => layer.getClassName())).toContain('ReLU');
  const plain = await trainBinaryDuo(
    few,
    { ...recipe, coupled: { ...recipe.coupled, epochs: 2 } },
    { seed: 1 },
  );
  expect(coupled.log[0].loss).not.toBe(plain.coupled.log[0].loss);

  const killed = trainBinaryDuo(few, distilling, {
    ...{ seed: 1, directory, checkpointMinutes: 0 },
    onProgress: ({ phase, step }) => {
      if (phase === 'coupled' && step === 5) throw new Error('killed');
    },
  });
  await expect(killed).rejects.toThrow('killed');
  const resumed = await trainBinaryDuo(few, distilling, { seed: 1, directory, resume: true });
  const losses = ({ log }: typeof coupled) => log.map(({ loss }) => loss);
  expect(losses(resumed.coupled)).toEqual(losses(coupled));
  await rm(directory, { recursive: true });
});

it('keeps no tensors of a failed run, in any phase', async () => {
  const loss = { distillation: { weight: 0.5, temperature: 4 } };
  const short = { epochs: 1, batchSize: 200 };
  const distilling = {
    ...recipe,
    coupled: { ...recipe.coupled, ...short, loss },
    finetuned: { ...recipe.finetuned, ...short },
  };
  for (const failing of ['teacher', 'coupled', 'finetuned']) {
    const before = tf.memory().numTensors;
    const run = trainBinaryDuo(few, distilling, {
      seed: 1,
      onProgress: ({ phase }) => {
        if (phase === failing) throw new Error(failing);
      },
    });
    await expect(run).rejects.toThrow(failing);
    expect({ failing, kept: tf.memory().numTensors - before }).toEqual({ failing, kept: 0 });
  }
});

it('uses the validation images of trainingSplit', async () => {
  const { validation } = await trainBinaryDuo(
    few,
    { ...recipe, coupled: { ...recipe.coupled, epochs: 1 } },
    { seed: 5, limit: 90 },
  );
  expect(validation.count).toBe(9);
  const again = trainingSplit(few, recipe.validationImages, 5, 90);
  expect(again.validation).toEqual(validation);
  expect(again.train.count).toBe(81);
});

describe('an invalid run', () => {
  const conv: LayerSpec[] = [{ kind: 'int8-conv', filters: 4, kernel: 4, stride: 4 }, { kind: 'norm' }];
  const network = (...layers: LayerSpec[]): Partial<TrainingRecipe> => ({
    network: { input: [28, 28, 1], layers },
  });
  const stages = (change: Partial<StageRecipe>) => ({
    coupled: { ...recipe.coupled, ...change },
    finetuned: { ...recipe.finetuned, ...change },
  });
  const distill = (weight: number) => ({ distillation: { weight, temperature: 4 } });

  it.each<[string, () => Partial<TrainingRecipe>, Partial<BinaryDuoOptions>, string]>([
    ['a loss out of range', () => stages({ loss: { labelSmoothing: 1 } }), {}, 'invalid-loss'],
    [
      'a loss out of range in fine-tuning alone',
      () => ({ finetuned: { ...recipe.finetuned, loss: { labelSmoothing: 2 } } }),
      {},
      'invalid-loss',
    ],
    ['distillation out of range', () => stages({ loss: distill(2) }), {}, 'invalid-loss'],
    [
      'a teacher without epochs',
      () => ({ ...stages({ loss: distill(0.5) }), teacher: { ...recipe.coupled, epochs: 0 } }),
      {},
      'not-positive-integer',
    ],
    [
      'fine-tuning of half an epoch',
      () => ({ finetuned: { ...recipe.finetuned, epochs: 0.5 } }),
      {},
      'not-positive-integer',
    ],
    ['images for another network', () => ({ network: 'vgg7' }), {}, 'image-size'],
    ['one image', () => ({}), { limit: 1 }, 'invalid-split'],
    [
      'what cannot be decoupled',
      () =>
        network(
          ...conv,
          { kind: 'ternary' },
          { kind: 'average-pool', size: 2 },
          { kind: 'flatten' },
          { kind: 'int8-dense', units: 10 },
        ),
      {},
      'not-decouplable',
    ],
    [
      'a convolution at the end',
      () => network(...conv, { kind: 'ternary' }, { kind: 'binary-conv', filters: 10, kernel: 'whole' }),
      {},
      'untrainable-network',
    ],
    ['a network without weights', () => network({ kind: 'flatten' }), {}, 'untrainable-network'],
  ])('%s is rejected before an earlier run is changed', async (_, change, options, code) => {
    const directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
    const file = join(directory, 'coupled', 'model.json');
    await mkdir(join(directory, 'coupled'));
    await writeFile(file, 'a network');
    await writeFile(join(directory, 'run.json'), '{}');
    const before = tf.memory().numTensors;
    const onBegin = vi.fn();
    const run = trainBinaryDuo(few, { ...recipe, ...change() }, { seed: 1, directory, onBegin, ...options });
    await expect(run).rejects.toMatchObject({ code });
    expect(onBegin).not.toHaveBeenCalled();
    const left = await readdir(directory, { recursive: true });
    expect(left.sort()).toEqual(['coupled', join('coupled', 'model.json'), 'run.json']);
    expect(await readFile(file, 'utf8')).toBe('a network');
    expect(tf.memory().numTensors).toBe(before);
    await rm(directory, { recursive: true });
  });
});

it('replaces an earlier run, and nothing else', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  const short = { ...recipe, coupled: { ...recipe.coupled, epochs: 1 } };
  const options = { seed: 1, limit: 100, directory };
  const begun: string[][] = [];
  const onBegin = async () => {
    const names = await readdir(directory);
    begun.push(names.filter((name) => !name.endsWith('.lock')).sort());
  };
  for (let run = 0; run < 2; run++) await trainBinaryDuo(few, short, { ...options, onBegin });
  expect(begun).toEqual([
    [],
    ['coupled', 'coupled-training', 'decoupled', 'finetuned', 'finetuned-training'],
  ]);
  await mkdir(join(directory, 'teacher'));
  await writeFile(join(directory, 'teacher', 'notes.txt'), 'mine');
  await expect(trainBinaryDuo(few, short, options)).rejects.toMatchObject({ code: 'foreign-file' });
  expect(await readFile(join(directory, 'teacher', 'notes.txt'), 'utf8')).toBe('mine');
  await rm(directory, { recursive: true });
});

it('a second run in the same folder is rejected, and changes nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  const short = { ...recipe, coupled: { ...recipe.coupled, epochs: 1 } };
  const options = { seed: 1, limit: 100, directory };
  let second: unknown;
  const onBegin = async () => {
    second ??= await trainBinaryDuo(few, short, { ...options, seed: 2 }).catch((error) => error);
  };
  await trainBinaryDuo(few, short, { ...options, onBegin });
  expect(second).toMatchObject({ name: 'UsageError', code: 'run-in-use' });
  expect((await readdir(directory)).some((name) => name.endsWith('.lock'))).toBe(false);
  await rm(directory, { recursive: true });
});

it('without epochs of fine-tuning it ends with the decoupled network', async () => {
  const short = {
    ...recipe,
    coupled: { ...recipe.coupled, epochs: 1 },
    finetuned: { ...recipe.finetuned, epochs: 0 },
  };
  const { decoupled, finetuned } = await trainBinaryDuo(few, short, { seed: 1, limit: 100 });
  expect(finetuned).toMatchObject({ bestEpoch: 0, log: [], testAccuracy: decoupled.testAccuracy });
  expect(finetuned.validationAccuracy).toBe(decoupled.validationAccuracy);
});
