/**
 * `bd-edge`: runs `.bdm` networks anywhere that has WebAssembly. No TensorFlow, no native modules, no Node.
 *
 * @module
 */
export { argmax } from './argmax.js';
export { Engine, type EngineOptions } from './engine/engine.js';
export { EngineError, ImageError } from './engine/errors.js';
export { type Kernel, kernelOf } from './engine/kernels.js';
export { memoryRequirement } from './engine/memory.js';
export { type LoadOptions, load, type Network, type Result } from './engine/network.js';
export { bestBuild, boardEngineWasm, type EngineBuild, engineWasm } from './engine/wasm.js';
export { BdEdgeError, DeviceError, FileError, InterruptedError, UsageError } from './errors.js';
export { crc32 } from './format/crc32.js';
export { encodeModel } from './format/encode.js';
export type { Cut, Epilogue, Graph, Metadata, Node, Window } from './format/graph.js';
export { ENGINE_ABI, FORMAT_VERSION, NATIVE_KERNELS } from './format/layout.js';
export { ModelError } from './format/model-error.js';
export { type Model, parseModel, work } from './format/parse.js';
export { pixelBytes, type Shape, type Tensor, tensorBytes } from './format/tensor.js';
export { type ReferenceResult, referenceLogits, referenceRun } from './reference/reference.js';
