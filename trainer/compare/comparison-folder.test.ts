import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import {
  COMPARISON_FILE,
  checkSameExperiment,
  gatherComparison,
  openComparison,
  readRuns,
  writeRun,
} from './comparison-folder.js';
import { METHODS, type Method } from './methods.js';
import type { FinishedRun, PlanOptions } from './plan.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bd-edge-compare-'));
});
afterEach(() => rm(directory, { recursive: true }));

const experiment = { data: 'none', network: 'none' };
const cost = { weights: 1, floatMacs: 1, binaryMacs: 1, weightedCost: 1 };
const costs = Object.fromEntries(METHODS.map((method) => [method, cost])) as Record<Method, typeof cost>;

function options(methods: Method[], learningRate: number): PlanOptions {
  const tuning = { learningRates: [learningRate], finetunedLearningRates: [0.1] };
  return {
    ...{ methods, seeds: [1], epochs: 2, finetunedEpochs: 1 },
    tuning: { ...tuning, epochs: 2, finetunedEpochs: 1, seed: 1 },
  };
}

function final(method: Method, learningRate: number): FinishedRun {
  return {
    ...{ purpose: 'final', method, seed: 1, epochs: 2, finetunedEpochs: 0, learningRate },
    ...{ validationAccuracy: 0.5, testAccuracy: 0.5, bestEpoch: 1, seconds: 1, backend: 'none' },
  };
}

it('gathers runs that were copied into the folder, and the choices of earlier calls', async () => {
  const other = join(directory, 'other');
  for (const folder of [directory, other]) await openComparison(folder, experiment);
  await writeRun(directory, final('direct', 0.1));
  await gatherComparison(directory, { experiment, costs, options: options(['direct'], 0.1) });
  await writeRun(join(directory, 'other'), final('float', 0.2));
  await mkdir(join(directory, 'choices'), { recursive: true });
  const [copied] = await readRuns(other);
  await writeRun(directory, copied);
  const { results, runs } = await gatherComparison(directory, {
    ...{ experiment, costs, options: options(['float'], 0.2) },
  });
  expect(runs).toHaveLength(2);
  expect(results.map(({ method, learningRate }) => [method, learningRate])).toEqual([
    ['float', 0.2],
    ['direct', 0.1],
  ]);
});

it('rejects an experiment with fields that are nested very deep', async () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  await writeFile(join(directory, 'experiment.json'), `{"data":"none","network":"none","deep":${deep}}`);
  await expect(openComparison(directory, experiment)).rejects.toMatchObject({ code: 'invalid-comparison' });
});

it('names the first difference of two experiments', () => {
  const of = (batchSize: number) => ({ ...experiment, training: { coupled: { batchSize, epochs: 3 } } });
  expect(thrown(() => checkSameExperiment('file', of(25), of(30)))).toMatchObject({
    ...{ code: 'other-experiment', expected: '25', received: { 'training.coupled.batchSize': '30' } },
  });
});

const RUNS = 30;

/** What each process does after a message: it saves runs, one after another, of the seeds from its argument. */
const PROGRAM = `
import { once } from 'node:events';
import { gatherComparison, openComparison, writeRun } from './comparison-folder.ts';

const [folder, first] = process.argv.slice(2);
const experiment = ${JSON.stringify(experiment)};
const costs = ${JSON.stringify(costs)};
const options = ${JSON.stringify(options(['direct'], 0.1))};
process.send('ready');
await once(process, 'message');
await openComparison(folder, experiment);
for (let seed = Number(first); seed < Number(first) + ${RUNS}; seed++) {
  await writeRun(folder, { ...${JSON.stringify(final('direct', 0.1))}, seed });
  await gatherComparison(folder, { experiment, options, costs });
}
process.disconnect();
`;

it('keeps every run of several processes that write at the same time', async () => {
  const program = join(directory, 'program.mjs');
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
    ...{ bundle: true, write: false, packages: 'external', platform: 'node', format: 'esm' },
    tsconfig: resolve('tsconfig.json'),
  });
  await writeFile(program, outputFiles[0].contents);
  await symlink(resolve('node_modules'), join(directory, 'node_modules'), 'junction');

  const folder = join(directory, 'out');
  const children = [0, 1, 2].map((i) => fork(program, [folder, String(RUNS * i)], { execArgv: [] }));
  const exits = children.map((child) => once(child, 'exit'));
  await Promise.all(children.map((child) => once(child, 'message')));
  for (const child of children) child.send('go');
  for (const [code] of await Promise.all(exits)) expect(code).toBe(0);

  const seeds = (await readRuns(folder)).map(({ seed }) => seed);
  expect(seeds.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 3 * RUNS }, (_, i) => i));
  expect((await readdir(folder)).sort()).toEqual(['choices', COMPARISON_FILE, 'experiment.json', 'runs']);
});
