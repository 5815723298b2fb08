export { TOY_ACTIVATIONS } from './activation.js';
export type { CosineEstimate } from './bootstrap.js';
export type { LossName } from './loss.js';
export {
  estimateMismatch,
  type LayerMismatch,
  type ModelMismatch,
  type ModelMismatchOptions,
} from './model.js';
export { MISMATCH_REFERENCE, type ReferenceRow } from './reference.js';
export type { SampleSource } from './samples.js';
export { measureToyMismatch, type ToyMismatchOptions, type ToyMismatchRow } from './toy.js';
