/**
 * What the other packages of bd-edge need of this one beyond its public API. It promises nothing to anybody else:
 * names come and go with any version.
 *
 * @module @bd-edge/sdk/internal
 */

export * as layout from '../assembly/layout.js';
export { argmax } from './argmax.js';
export { type EngineBuild } from './builds/builds.js';
export { Engine } from './engine/engine.js';
export { ImageError } from './engine/errors.js';
export { type Kernel, kernelOf } from './engine/kernels.js';
export { memoryRequirement, memoryWithoutWeights } from './engine/memory.js';
export { load } from './engine/network.js';
export { engineWasm } from './engine/wasm.js';
export {
  AbortedError,
  BdEdgeError,
  DeviceError,
  FileError,
  MissingDependencyError,
  UsageError,
} from './errors.js';
export { alignUp } from './format/arena.js';
export { crc32 } from './format/crc32.js';
export { encodeModel } from './format/encode.js';
export {
  type Epilogue,
  type Graph,
  type Metadata,
  type Node,
  type Threshold,
  type Window,
} from './format/graph.js';
export { labelsOf } from './format/labels.js';
export { ModelError } from './format/model-error.js';
export { unpackBits } from './format/pack.js';
export { type Model, parseModel } from './format/parse.js';
export { type Shape, type TensorType, tensorBytes } from './format/tensor.js';
export { type NodeModules, nodeModule } from './node-module.js';
export { referenceLogits, referenceRun } from './reference/reference.js';
