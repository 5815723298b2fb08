import { BdEdgeError } from '../../sdk/errors.js';

/** A port that could not be opened. */
export abstract class PortError extends BdEdgeError {
  constructor(
    /** The port's name as it was given. */
    readonly port: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export class PortNameError extends PortError {}
export class PortNotFoundError extends PortError {}
export class PortPermissionError extends PortError {}
export class PortBusyError extends PortError {}
/** The port exists but could not be opened, for a reason that only the system knows. */
export class PortOpenError extends PortError {}

/** A program or package that is not needed for anything else is not installed. */
export class MissingPartError extends BdEdgeError {}

/** The line ended while it was in use: unplugged, cut, or closed by the other side. */
export class LineLostError extends BdEdgeError {
  constructor(port: string, reason: string, options?: ErrorOptions) {
    super(`The line to ${port} was lost: ${reason}.`, options);
  }
}
