export { TOY_ACTIVATIONS, UnknownActivationError } from './activation.js';
export { MISMATCH_REFERENCE, type ReferenceRow } from './reference.js';
export {
  InvalidMismatchError,
  measureToyMismatch,
  type ToyMismatchOptions,
  type ToyMismatchRow,
} from './toy.js';
