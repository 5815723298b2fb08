/**
 * `@bd-edge/sdk/worker`: networks that run in a web worker.
 *
 * @module @bd-edge/sdk/worker
 */
export type { ClassifiableImage, Classification, ClassifyOptions } from '../engine/classify.js';
export type { LoadOptions, Result } from '../engine/network.js';
export { BdEdgeError, EngineError, FileError, ImageError, UsageError } from '../errors.js';
export { ModelError } from '../format/model-error.js';
export { loadInWorker, type WorkerNetwork } from './load-in-worker.js';
