import { parseModel } from '@bd-edge/sdk/internal';
import { digestOf } from '../link/digest.js';

/** The sizes of a model. The replies of a board that runs it must agree with them. */
export interface ModelShape {
  /** SHA-256 of the `.bdm` file */
  digest: Uint8Array;
  inputBytes: number;
  outputs: number;
  ops: number;
}

/**
 * Returns the sizes of a `.bdm` file.
 *
 * @throws {ModelError} if the model is not valid
 */
export function modelShape(bytes: Uint8Array): ModelShape {
  const { input, ops, tensors } = parseModel(bytes);
  const last = tensors[ops.length];
  return {
    digest: digestOf(bytes),
    inputBytes: input.height * input.width * input.channels,
    outputs: last.height * last.width * last.channels,
    ops: ops.length,
  };
}
