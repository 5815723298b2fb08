import { TrainingError } from '../errors.js';

/** Makes the error that names the layer and the reason why it cannot be exported, and the option that is the reason. */
export type Refuse = (reason: string, option?: { option: string; received: unknown }) => Error;

/** The error for a trained parameter that is NaN or infinite. */
export function notFinite(layer?: string): TrainingError {
  const owner = layer === undefined ? '' : ` of layer "${layer}"`;
  return new TrainingError(
    'not-finite',
    `A trained parameter${owner} is not a finite number; train again with a smaller learning rate.`,
    { layer },
  );
}
