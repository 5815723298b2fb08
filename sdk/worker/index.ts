/**
 * `@bd-edge/sdk/worker`: networks that run in a web worker.
 *
 * @module bd-edge/worker
 */
export { loadInWorker, type WorkerNetwork } from './load-in-worker.js';
export { WorkerLostError } from './worker-link.js';
