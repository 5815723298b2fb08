/**
 * `bd-edge`: runs `.bdm` networks anywhere that has WebAssembly. No TensorFlow, no native modules, no Node.
 *
 * @module bd-edge
 */

export { ENGINE_ABI, FORMAT_VERSION, NATIVE_KERNELS } from '../assembly/layout.js';
export { argmax } from './argmax.js';
export type { EngineBuild } from './builds/builds.js';
export type { EngineSource } from './engine/compile.js';
export { Engine, type EngineOptions } from './engine/engine.js';
export { EngineError, ImageError, ThreadLostError } from './engine/errors.js';
export { type Kernel, kernelOf } from './engine/kernels.js';
export { memoryRequirement, memoryWithoutWeights } from './engine/memory.js';
export { type LoadOptions, load, type Network, type Result } from './engine/network.js';
export { bestBuild, boardEngineWasm, engineWasm } from './engine/wasm.js';
export {
  AbortedError,
  BdEdgeError,
  DeviceError,
  FileError,
  MissingDependencyError,
  UsageError,
} from './errors.js';
export { crc32 } from './format/crc32.js';
export { encodeModel } from './format/encode.js';
export {
  type Epilogue,
  type Graph,
  type Metadata,
  type Node,
  readBy,
  type Threshold,
  type Window,
} from './format/graph.js';
export { ModelError } from './format/model-error.js';
export { type Model, parseModel, work } from './format/parse.js';
export { pixelBytes, type Shape, type Tensor, tensorBytes } from './format/tensor.js';
export { PixelsError, PreprocessError } from './preprocess/errors.js';
export { grayOf } from './preprocess/gray.js';
export { type PixelSource, pixelReader } from './preprocess/pixel-reader.js';
export type { PixelChannels, PixelShape, Pixels } from './preprocess/pixels.js';
export type { Fit, Rectangle } from './preprocess/place.js';
export {
  type InputShape,
  type PreprocessOptions,
  type Preprocessor,
  type PreprocessorOptions,
  preprocess,
  preprocessor,
} from './preprocess/preprocessor.js';
export { type ReferenceResult, referenceLogits, referenceRun } from './reference/reference.js';
export { type Source, SourceError } from './source.js';
