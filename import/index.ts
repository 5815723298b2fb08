/**
 * `@bd-edge/import`: turns quantized ONNX networks into `.bdm` networks of integers, and proves that they agree.
 *
 * @module @bd-edge/import
 */

export { FileError, type Metadata, type Model, ModelError, UsageError } from '@bd-edge/sdk/internal';
export { type Agreement, type Difference, measureAgreement } from './agreement.js';
export { ImportError } from './errors.js';
export { type ImportedNetwork, type ImportOptions, importOnnx } from './import-onnx.js';
export type { PixelScaling } from './lower/input.js';
