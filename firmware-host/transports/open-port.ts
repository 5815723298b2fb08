import { openSimulator } from '../simulator/open.js';
import { DEFAULT_BAUD } from './baud.js';
import { PortNameError } from './errors.js';
import { openSerial } from './serial.js';
import { openTcp } from './tcp.js';
import type { Transport } from './transport.js';

export interface OpenPortOptions {
  /** Bits a second, for serial ports. Default: 115200 */
  baud?: number;
}

/**
 * Opens a line to a board by its name, as pyserial names ports.
 *
 * | name | line |
 * | --- | --- |
 * | `/dev/ttyUSB0`, `COM3` | serial port, by the package `serialport` |
 * | `socket://host:port` | raw TCP |
 * | `sim:`, `sim:?ram=262144&baud=115200` | a simulated board in this program, see {@link openSimulator} |
 *
 * @throws {PortNameError} if the name is of another kind
 * @throws {PortError} if the port does not open
 */
export async function openPort(
  name: string,
  { baud = DEFAULT_BAUD }: OpenPortOptions = {},
): Promise<Transport> {
  if (!Number.isInteger(baud) || baud < 1) {
    throw new PortNameError(name, `The baud rate must be a positive integer, but is ${baud}.`);
  }
  if (name.startsWith('sim:')) return openSimulator(name);
  if (/^sim($|[?:])/i.test(name)) {
    throw new PortNameError(
      name,
      `There is no port ${name}; did you mean ${name.replace(/^sim:?/i, 'sim:')}?`,
    );
  }
  if (name.startsWith('socket://')) return openTcp(name);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(name)?.[1];
  if (scheme !== undefined || name === '') {
    throw new PortNameError(
      name,
      `${name === '' ? 'An empty name' : `${scheme}://`} is not a port that can be opened; ` +
        'use a serial port (/dev/ttyUSB0, COM3), socket://host:port, or sim: for a simulated board.',
    );
  }
  return openSerial(name, { baud });
}
