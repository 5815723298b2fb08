import { FileError } from '@bd-edge/sdk/internal';

/** Makes the error that names the layer. */
export type Refuse = (reason: string) => Error;

/** A layer that has no integer form in the buffer. */
export class UnsupportedLayerError extends FileError {
  override readonly name = 'UnsupportedLayerError';

  constructor(
    readonly layer: string,
    className: string,
    reason: string,
  ) {
    super(`Layer "${layer}" (${className}) cannot be exported: ${reason}.`);
  }
}
