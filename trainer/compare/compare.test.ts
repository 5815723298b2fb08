import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
import { type CompareOptions, compare } from './compare.js';
import { type ComparisonRecord, readComparison } from './comparison-file.js';
import { COMPARISON_FILE } from './comparison-folder.js';
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
    schedule: { kind: 'cosine', learningRate: 0.02 },
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

it('tests only final runs, each once, and saves their networks', async () => {
  const { results, runs } = await compare(options());
  for (const { purpose, method, seed, testAccuracy } of runs) {
    expect(testAccuracy === undefined).toBe(purpose === 'tune');
    if (testAccuracy === undefined) continue;
    const network = await loadModel(join(directory, 'models', `${method}-seed${seed}`));
    expect((await evaluate(network, dataset.test)).accuracy).toBe(testAccuracy);
  }
  expect(results.map(({ method, seeds }) => [method, seeds])).toEqual(
    ['float', 'direct', 'binaryduo'].map((method) => [method, [1, 2]]),
  );
  expect(results[2].difference?.pairs).toBe(2);
  expect(existsSync(join(directory, 'training'))).toBe(false);
  expect(JSON.parse(await readFile(join(directory, COMPARISON_FILE), 'utf8')).results).toEqual(results);
});

it('resumes after an abort in any run, and ends with the same numbers', async () => {
  const whole = await compare(options());
  for (const part of await readdir(directory)) await rm(join(directory, part), { recursive: true });
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
        expect(error).toMatchObject({ name: 'AbortedError', code: 'training-aborted' });
        return false;
      },
    );
  }
  const { runs, results } = JSON.parse(await readFile(join(directory, COMPARISON_FILE), 'utf8'));
  expect(steps).toBeGreaterThan(100);
  expect(withoutTime(runs)).toEqual(withoutTime(whole.runs));
  expect(results).toEqual(whole.results);
  expect(trained.sort()).toEqual(whole.runs.map(keyOf).sort());
}, 120_000);

it('includes the runs of other processes', async () => {
  const plan = { ...options().plan, methods: ['direct' as const], seeds: [1] };
  const { runs } = await compare(options({ plan }));
  let beside: Promise<unknown> | undefined;
  const other = { ...plan, methods: ['float' as const] };
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

it('keeps methods in the results that a later call does not name', async () => {
  const at = (method: 'direct' | 'decoupled', learningRate: number) => {
    const { plan } = options();
    const tuning = { ...plan.tuning, learningRates: [learningRate] };
    return compare(options({ plan: { ...plan, methods: [method], seeds: [1], epochs: 2, tuning } }));
  };
  await at('direct', 0.01);
  const { results } = await at('decoupled', 0.02);
  expect(results.map(({ method, learningRate }) => [method, learningRate])).toEqual([
    ['direct', 0.01],
    ['decoupled', 0.02],
  ]);
  const summary = (await readComparison(join(directory, COMPARISON_FILE))) as ComparisonRecord;
  expect(comparisonMarkdown(summary).match(/^\| (direct|decoupled) \|/gm)).toHaveLength(2);
});

it('ranks a diverging learning rate last', async () => {
  const plan = { ...options().plan, methods: ['float' as const], seeds: [1] };
  const tuning = { ...plan.tuning, learningRates: [0.02, 1e30, 1e35] };
  const { runs, choices } = await compare(options({ plan: { ...plan, tuning } }));
  expect(
    runs
      .filter((run) => run.diverged)
      .map(({ learningRate, validationAccuracy }) => [learningRate, validationAccuracy]),
  ).toEqual(expect.arrayContaining([[1e30, 0]]));
  expect(choices.float?.learningRate).toBeLessThan(1);
});

it('continues after a final run that diverges, and does not train it again', async () => {
  const { plan } = options();
  const tuning = { ...plan.tuning, learningRates: [1e22] };
  const diverging = options({ plan: { ...plan, methods: ['float', 'direct'], seeds: [1], tuning } });
  const { runs, results } = await compare(diverging);
  expect(runs.map(({ method, diverged }) => [method, diverged])).toEqual([
    ['direct', undefined],
    ['float', true],
  ]);
  expect(runs[1]).not.toHaveProperty('testAccuracy');
  expect(results.map(({ method }) => method)).toEqual(['direct']);
  const again = await compare({ ...diverging, onFinished: (run) => expect.fail(keyOf(run)) });
  expect(again.runs).toEqual(runs);
});

it('rejects another experiment, and damaged files', async () => {
  const plan = { ...options().plan, methods: ['direct' as const], seeds: [1] };
  await compare(options({ plan }));
  const other = { data: 'bars', network: 'bars', limit: 9 };
  await expect(compare(options({ experiment: other }))).rejects.toMatchObject({
    ...{
      name: 'IncompatibleDataError',
      code: 'other-experiment',
      expected: 'unset',
      received: { limit: '9' },
    },
  });
  const [run] = await readdir(join(directory, 'runs'));
  await writeFile(join(directory, 'runs', run), '{"method": 3}');
  await expect(compare(options({ plan }))).rejects.toMatchObject({
    ...{ name: 'FileError', code: 'invalid-comparison', path: join(directory, 'runs', run) },
  });
  const summary = join(directory, COMPARISON_FILE);
  await writeFile(summary, '{"runs": 3}');
  await expect(readComparison(summary)).rejects.toMatchObject({ code: 'invalid-comparison', path: summary });
});
