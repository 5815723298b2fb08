import { FileError } from '@bd-edge/sdk/internal';

interface ImportDetails extends ErrorOptions {
  node?: string;
  opType?: string;
}

/** An ONNX file that is not valid, or a network that has no exact form in the `.bdm` format. */
export class ImportError extends FileError {
  override readonly name: string = 'ImportError';
  /** The name of the node, or of its first output if it has no name. */
  readonly node?: string;
  /** The ONNX operator of the node, such as `Conv`. */
  readonly opType?: string;

  constructor(code: string, message: string, details: ImportDetails = {}) {
    const { node, opType, cause } = details;
    super(code, message, { cause, ...(node !== undefined && { field: node }) });
    this.node = node;
    this.opType = opType;
  }
}

/** Makes the error for the node that is read or lowered. */
export type Refuse = (code: string, reason: string, cause?: unknown) => ImportError;

/** Returns a function that makes errors which name a node. */
export function refuserOf({ name, opType }: { name: string; opType: string }): Refuse {
  return (code, reason, cause) =>
    new ImportError(code, `${opType} "${name}" cannot be imported: ${reason}.`, {
      node: name,
      opType,
      cause,
    });
}
