import { DeviceError } from '@bd-edge/sdk/internal';

/** Returns the error for firmware that did what the chip cannot do, or for an emulator that failed. */
export const emulationError = (message: string, cause?: unknown): DeviceError =>
  new DeviceError('emulation-failed', message, { cause });
