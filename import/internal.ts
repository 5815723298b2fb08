/**
 * The internal entry point for the other packages of bd-edge. It is not part of the public API and may change in any
 * version.
 *
 * @module @bd-edge/import/internal
 */
export { withMetadata } from './import-onnx.js';
export * from './index.js';
export { randomImages } from './random-images.js';
