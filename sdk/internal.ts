/**
 * The parts of the SDK that the other packages of bd-edge need beyond its public API. They can change
 * with any version.
 *
 * @module @bd-edge/sdk/internal
 */

export { ENGINE_ABI, FORMAT_VERSION, NATIVE_KERNELS } from '../assembly/layout.js';
export { argmax } from './argmax.js';
export { checkTop, rankClasses } from './engine/classify.js';
export { Engine } from './engine/engine.js';
export { checkImage } from './engine/image.js';
export { type Kernel, kernelOf } from './engine/kernels.js';
export { boardScratchBytes, memoryWithoutWeights } from './engine/memory.js';
export {
  type BinaryFit,
  binaryFit,
  fitsAllFilters,
  int8Kernel,
  MAX_LIST_OFFSET,
  quadWords,
  thresholdTableBytes,
  usefulScratchBytes,
  winogradWords,
} from './engine/useful-scratch.js';
export { bestBuild, boardEngineWasm, engineWasm, interpretedEngineWasm } from './engine/wasm.js';
export { AbortedError, DeviceError, MissingDependencyError } from './errors.js';
export { alignUp, planArena } from './format/arena.js';
export { classNamesOf } from './format/class-names.js';
export { crc32 } from './format/crc32.js';
export { opBytes } from './format/encode.js';
export { type FusedGraph, fusePools } from './format/fuse-pools.js';
export { computedSize, opInputs } from './format/graph.js';
export { unpackBits } from './format/pack.js';
export { countOperations } from './format/parse.js';
export { tensorBytes } from './format/tensor.js';
export { tensorIntegers } from './format/tensor-integers.js';
export * from './index.js';
export { type NodeModules, nodeModule } from './node-module.js';
export { GRAY_TABLES, grayOf } from './preprocess/gray.js';
export { describePreparation } from './preprocess/preparation.js';
export { printable, printableJson, printableLine } from './printable.js';
export { Mulberry32 } from './random.js';
export { InputDensities } from './reference/input-densities.js';
export { type ReferenceResult, referenceLogits, referenceRun } from './reference/reference.js';
export { sampleIndices, stratified } from './sample.js';
