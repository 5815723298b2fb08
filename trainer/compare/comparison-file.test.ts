import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { COMPARISON_FILE } from './compare.js';
import { readComparison } from './comparison-file.js';
import { METHODS } from './methods.js';

const RUNS = 30;

/** What each process does once it is told to: adds runs, one after another, of the seeds from its argument on. */
const PROGRAM = `
import { once } from 'node:events';
import { mergeRuns, updateComparison } from './comparison-file.ts';

const [path, first] = process.argv.slice(2);
const tuning = { rates: [], finetuneRates: [], epochs: 1, finetuneEpochs: 0, seed: 1 };
const options = { lanes: [], seeds: [], epochs: 1, finetuneEpochs: 0, tuning };
const cost = { weights: 1, floatMacs: 1, binaryMacs: 1, weightedCost: 1 };
const costs = Object.fromEntries(${JSON.stringify(METHODS)}.map((lane) => [lane, cost]));
const outcome = { validationAccuracy: 1, bestEpoch: 1, seconds: 1, backend: 'none' };
process.send('ready');
await once(process, 'message');
for (let seed = Number(first); seed < Number(first) + ${RUNS}; seed++) {
  const run = { purpose: 'tune', lane: 'direct', seed, epochs: 1, finetuneEpochs: 0, rate: 1, ...outcome };
  await updateComparison(path, (kept) => {
    const runs = mergeRuns(kept?.runs ?? [], [run]);
    return { experiment: { data: 'none', network: 'none' }, options, costs, choices: {}, results: [], runs };
  });
}
process.disconnect();
`;

it('keeps every run of several processes that write at the same time', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bd-edge-compare-'));
  const program = join(directory, 'program.mjs');
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
    ...{ bundle: true, write: false, packages: 'external', platform: 'node', format: 'esm' },
  });
  await writeFile(program, outputFiles[0].contents);
  await symlink(resolve('node_modules'), join(directory, 'node_modules'), 'junction');

  const out = await mkdtemp(join(directory, 'out-'));
  const path = join(out, COMPARISON_FILE);
  const children = [0, 1, 2].map((i) => fork(program, [path, String(RUNS * i)], { execArgv: [] }));
  const exits = children.map((child) => once(child, 'exit'));
  await Promise.all(children.map((child) => once(child, 'message')));
  for (const child of children) child.send('go');
  for (const [code] of await Promise.all(exits)) expect(code).toBe(0);

  const seeds = (await readComparison(path))?.runs.map(({ seed }) => seed);
  expect(seeds?.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 3 * RUNS }, (_, i) => i));
  expect(await readdir(out)).toEqual([COMPARISON_FILE]);
  await rm(directory, { recursive: true });
});
