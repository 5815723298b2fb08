import { DeviceError, UsageError } from '@bd-edge/sdk/internal';

/** A port that could not be opened. */
export abstract class PortError extends DeviceError {
  constructor(
    /** The port's name as it was given. */
    override readonly port: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A name that is no port's, or an option of it that does not exist. */
export class PortNameError extends UsageError {
  override readonly name = 'PortNameError';

  constructor(
    /** The name as it was given. */
    readonly port: string,
    message: string,
  ) {
    super(message);
  }
}

export class PortNotFoundError extends PortError {
  override readonly name = 'PortNotFoundError';
}
export class PortPermissionError extends PortError {
  override readonly name = 'PortPermissionError';
}
export class PortBusyError extends PortError {
  override readonly name = 'PortBusyError';
}
/** The port exists but could not be opened, for a reason that only the system knows. */
export class PortOpenError extends PortError {
  override readonly name = 'PortOpenError';
}

/** A program or package that is not needed for anything else is not installed. */
export class MissingPartError extends UsageError {
  override readonly name = 'MissingPartError';
}

/** The line ended while it was in use: unplugged, cut, or closed by the other side. */
export class LineLostError extends DeviceError {
  override readonly name = 'LineLostError';

  constructor(port: string, reason: string, options?: ErrorOptions) {
    super(`The line to ${port} was lost: ${reason}.`, options);
  }
}
