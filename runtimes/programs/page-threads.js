// Like page-open.js, for networks on several threads, in the page or in a worker.
import { load } from '@bd-edge/sdk';
import { loadInWorker } from '@bd-edge/sdk/worker';
import { runThreads } from './run-threads.js';

const loaders = { page: load, worker: loadInWorker };
globalThis.runThreads = async (where, threads, count) => {
  const cases = await (await fetch('/cases.json')).json();
  return runThreads(loaders[where], cases.slice(0, count), threads);
};
globalThis.tried = (where, options) =>
  loaders[where]('/model.bdm', options).then(
    ({ build, threads, close }) => {
      close();
      return { build, threads };
    },
    ({ name, code, message }) => ({ error: name, code, message }),
  );
globalThis.answer = 'ready';
