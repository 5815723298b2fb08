import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import type { Dataset } from '../data/index.js';
import { fullPrecision, type NetworkSpec } from '../networks/index.js';
import { baselineOf } from '../networks/matching-width.js';
import { bars } from '../testing/bars.js';
import { loadModel } from '../training/checkpoint.js';
import { evaluate } from '../training/evaluate.js';
import { TrainingAborted } from '../training/train.js';
import { COMPARISON_FILE, type CompareOptions, compare } from './compare.js';
import {
  ComparisonFileError,
  type ComparisonRecord,
  checkSameExperiment,
  OtherComparisonError,
  readComparison,
} from './comparison-file.js';
import { type FinishedRun, keyOf } from './plan.js';
import { comparisonMarkdown } from './table.js';

let directory: string;
beforeAll(async () => {
  await selectBackend();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bd-edge-compare-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const dataset: Dataset = { name: 'bars', classNames: ['-', '|'], train: bars(60, 1), test: bars(30, 2) };
const coupled: NetworkSpec = {
  input: [6, 6, 1],
  layers: [
    { kind: 'int8-conv', filters: 4, kernel: 3, padding: 'same' },
    { kind: 'norm', momentum: 0.8 },
    { kind: 'ternary' },
    { kind: 'binary-conv', filters: 5, kernel: 3 },
    { kind: 'max-pool', size: 2 },
    { kind: 'norm', momentum: 0.8 },
    { kind: 'ternary' },
    { kind: 'flatten' },
    { kind: 'int8-dense', units: 2 },
  ],
};

function options(changes: Partial<CompareOptions> = {}): CompareOptions {
  const stage = {
    epochs: 2,
    batchSize: 10,
    optimizer: { kind: 'adam' },
    schedule: { kind: 'cosine', rate: 0.02 },
  } as const;
  const baseline = baselineOf(coupled);
  return {
    experiment: { data: 'bars', network: 'bars' },
    plan: {
      methods: ['direct', 'binaryduo', 'float'],
      seeds: [1, 2],
      epochs: 3,
      finetunedEpochs: 1,
      tuning: {
        learningRates: [0.005, 0.02],
        finetunedLearningRates: [0.002],
        epochs: 2,
        finetunedEpochs: 1,
        seed: 1,
      },
    },
    ...{ dataset, directory, networks: { coupled, baseline, float: fullPrecision(baseline) } },
    ...{ training: { coupled: stage, finetuned: stage }, validationImages: 10, backend: 'some' },
    ...changes,
  };
}

const withoutTime = (runs: readonly FinishedRun[]) => runs.map(({ seconds: _, ...run }) => run);

it('tests final runs only, each once, and keeps their networks', async () => {
  const { results, runs } = await compare(options());
  for (const { purpose, method, seed, testAccuracy } of runs) {
    expect(testAccuracy === undefined).toBe(purpose === 'tune');
    if (testAccuracy === undefined) continue;
    const network = await loadModel(join(directory, 'models', `${method}-seed${seed}`));
    expect((await evaluate(network, dataset.test)).accuracy).toBe(testAccuracy);
  }
  expect(results.map(({ method, seeds }) => [method, seeds])).toEqual(
    ['float', 'direct', 'binaryduo'].map((lane) => [lane, [1, 2]]),
  );
  expect(results[2].difference?.pairs).toBe(2);
  expect(existsSync(join(directory, 'training'))).toBe(false);
  expect(JSON.parse(await readFile(join(directory, COMPARISON_FILE), 'utf8')).results).toEqual(results);
});

it('goes on after it was stopped, in whatever run, and ends with the same numbers', async () => {
  const whole = await compare(options());
  await rm(join(directory, COMPARISON_FILE));
  const trained: string[] = [];
  let steps = 0;
  for (let done = false; !done; ) {
    const controller = new AbortController();
    done = await compare(
      options({
        signal: controller.signal,
        checkpointMinutes: 0,
        onProgress: () => ++steps % 17 === 0 && controller.abort(),
        onFinished: (run) => trained.push(keyOf(run)),
      }),
    ).then(
      () => true,
      (error) => {
        expect(error).toBeInstanceOf(TrainingAborted);
        return false;
      },
    );
  }
  const { runs, results } = JSON.parse(await readFile(join(directory, COMPARISON_FILE), 'utf8'));
  expect(steps).toBeGreaterThan(100);
  expect(withoutTime(runs)).toEqual(withoutTime(whole.runs));
  expect(results).toEqual(whole.results);
  expect(trained).toEqual(whole.runs.map(keyOf));
}, 120_000);

it('keeps what another process has finished in the meantime', async () => {
  const plan = { ...options().plan, lanes: ['direct' as const], seeds: [1] };
  const { runs } = await compare(options({ plan }));
  let beside: Promise<unknown> | undefined;
  const other = { ...plan, lanes: ['float' as const] };
  await compare(
    options({
      plan: other,
      onFinished: () => {
        beside ??= compare(options({ plan: { ...plan, seeds: [1, 2] } }));
      },
    }),
  );
  await beside;
  const keys = JSON.parse(await readFile(join(directory, COMPARISON_FILE), 'utf8')).runs.map(keyOf);
  for (const run of runs) expect(keys).toContain(keyOf(run));
  const finals = keys.filter((key: string) => key.startsWith('final')).sort();
  expect(finals.map((key: string) => key.split('-epochs')[0])).toEqual([
    'final-direct-seed1',
    'final-direct-seed2',
    'final-float-seed1',
  ]);
});

it('keeps lanes in the results that a later call with other rates does not name', async () => {
  const at = (lane: 'direct' | 'decoupled', rate: number) => {
    const { plan } = options();
    const tuning = { ...plan.tuning, rates: [rate] };
    return compare(options({ plan: { ...plan, methods: [lane], seeds: [1], epochs: 2, tuning } }));
  };
  await at('direct', 0.01);
  const { results } = await at('decoupled', 0.02);
  expect(results.map(({ method, learningRate }) => [method, learningRate])).toEqual([
    ['direct', 0.01],
    ['decoupled', 0.02],
  ]);
  const kept = (await readComparison(join(directory, COMPARISON_FILE))) as ComparisonRecord;
  expect(comparisonMarkdown(kept).match(/^\| (direct|decoupled) \|/gm)).toHaveLength(2);
});

it('takes a rate that diverges for the worst', async () => {
  const plan = { ...options().plan, lanes: ['float' as const], seeds: [1] };
  const tuning = { ...plan.tuning, rates: [0.02, 1e30, 1e35] };
  const { runs, choices } = await compare(options({ plan: { ...plan, tuning } }));
  expect(
    runs
      .filter((run) => run.diverged)
      .map(({ learningRate, validationAccuracy }) => [learningRate, validationAccuracy]),
  ).toEqual(expect.arrayContaining([[1e30, 0]]));
  expect(choices.float?.learningRate).toBeLessThan(1);
});

it('goes on behind a final run that diverges, and does not train it again', async () => {
  const { plan } = options();
  const tuning = { ...plan.tuning, rates: [1e22] };
  const diverging = options({ plan: { ...plan, methods: ['float', 'direct'], seeds: [1], tuning } });
  const { runs, results } = await compare(diverging);
  expect(runs.map(({ method, diverged }) => [method, diverged])).toEqual([
    ['float', true],
    ['direct', undefined],
  ]);
  expect(runs[0]).not.toHaveProperty('testAccuracy');
  expect(results.map(({ method }) => method)).toEqual(['direct']);
  const again = await compare({ ...diverging, onFinished: (run) => expect.fail(keyOf(run)) });
  expect(again.runs).toEqual(runs);
});

it('mixes no two experiments, and takes no other file for one', async () => {
  await compare(options({ plan: { ...options().plan, methods: ['direct'], seeds: [1] } }));
  await expect(compare(options({ experiment: { data: 'bars', network: 'bars', limit: 9 } }))).rejects.toThrow(
    'compares with limit unset, not 9; name another folder',
  );
  const of = (batchSize: number) => ({
    ...{ data: 'bars', network: 'bars' },
    training: { coupled: { batchSize, epochs: 3 } },
  });
  expect(() => checkSameExperiment('file', of(25), of(30))).toThrow(
    'file compares with training.coupled.batchSize 25, not 30; name another folder',
  );
  await expect(compare(options({ experiment: { data: 'x', network: 'bars' } }))).rejects.toThrow(
    OtherComparisonError,
  );
  await writeFile(join(directory, COMPARISON_FILE), '{"runs": 3}');
  await expect(compare(options())).rejects.toThrow(ComparisonFileError);
});
