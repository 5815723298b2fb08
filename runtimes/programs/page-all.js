// Runs the cases in every way that an isolated page offers (docs/runtimes.md, threads).
import { load } from '@bd-edge/sdk';
import { load as loadInline } from '@bd-edge/sdk/inline';
import { loadInWorker } from '@bd-edge/sdk/worker';
import { runCases } from './run-cases.js';
import { runThreads } from './run-threads.js';

const FEW = 12;
const cases = await (await fetch('/cases.json')).json();
globalThis.answer = {
  page: await runCases(load, cases),
  inline: await runCases(loadInline, cases),
  threads: await runThreads(load, cases.slice(0, FEW), 2),
  worker: await runThreads(loadInWorker, cases.slice(0, FEW), 2),
};
