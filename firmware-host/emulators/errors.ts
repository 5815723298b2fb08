import { DeviceError } from '../../sdk/errors.js';

/** The firmware did what the chip would not stand, or an emulator ended. */
export class EmulationError extends DeviceError {
  override readonly name = 'EmulationError';
}
