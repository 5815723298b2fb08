import { DeviceError } from '@bd-edge/sdk/internal';

/** The firmware did what the chip would not stand, or an emulator ended. */
export class EmulationError extends DeviceError {
  override readonly name = 'EmulationError';
}
