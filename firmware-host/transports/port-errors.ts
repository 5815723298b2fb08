import { DeviceError, UsageError } from '@bd-edge/sdk/internal';

/** Why a port could not be opened. */
export type PortProblem = 'port-not-found' | 'port-permission-denied' | 'port-busy' | 'port-open-failed';

/** Returns the error for a port that could not be opened. */
export const portError = (
  problem: PortProblem,
  port: string,
  message: string,
  cause?: unknown,
): DeviceError => new DeviceError(problem, message, { port, cause });

/** Returns the error for a name that is not an address of a port. */
export const invalidPort = (received: string, message: string): UsageError =>
  new UsageError('invalid-port', message, { received });
