/**
 * `@bd-edge/sdk`: runs `.bdm` networks in every runtime with WebAssembly. It has no dependencies.
 *
 * @module @bd-edge/sdk
 */

export type { EngineBuild } from './builds/builds.js';
export type { ClassifiableImage, Classification, ClassifyOptions } from './engine/classify.js';
export type { EngineSource } from './engine/compile.js';
export type { EngineOptions } from './engine/engine.js';
export { memoryRequirement } from './engine/memory.js';
export { type LoadOptions, load, type Network, type Result } from './engine/network.js';
export { BdEdgeError, EngineError, FileError, ImageError, UsageError } from './errors.js';
export { encodeModel } from './format/encode.js';
export type { Epilogue, Graph, Metadata, Op, Threshold, Window } from './format/graph.js';
export { ModelError } from './format/model-error.js';
export { type Model, parseModel } from './format/parse.js';
export type { Shape, Tensor, TensorType } from './format/tensor.js';
export { type PixelSource, pixelReader } from './preprocess/pixel-reader.js';
export type { PixelChannels, PixelShape, Pixels } from './preprocess/pixels.js';
export type { Fit, Rectangle } from './preprocess/place.js';
export type { Preparation } from './preprocess/preparation.js';
export {
  type InputShape,
  type PreprocessOptions,
  type Preprocessor,
  type PreprocessorOptions,
  preprocess,
  preprocessor,
} from './preprocess/preprocessor.js';
export type { Source } from './source.js';
