import { UsageError } from '@bd-edge/sdk/internal';
import { openSimulator } from './simulator/open.js';
import { DEFAULT_BAUD } from './transports/baud.js';
import { invalidPort } from './transports/port-errors.js';
import { openRfc2217 } from './transports/rfc2217.js';
import { openSerial } from './transports/serial.js';
import { openTcp } from './transports/tcp.js';
import type { Transport } from './transports/transport.js';

export interface OpenPortOptions {
  /** The baud rate of serial ports, those of other computers included. Default: 115200 */
  baud?: number;
  /** Aborts opening. */
  signal?: AbortSignal;
}

/**
 * Opens a port by its address, in the notation of pyserial.
 *
 * | address | transport |
 * | --- | --- |
 * | `/dev/ttyUSB0`, `COM3` | serial port, with the package `serialport` |
 * | `socket://host:port` | raw TCP |
 * | `rfc2217://host:port` | serial port of another computer, by RFC 2217 |
 * | `sim:`, `sim:?ram=262144&baud=115200` | a simulated board in this program |
 *
 * @throws {UsageError} `invalid-port` if the address has another form
 * @throws {DeviceError} `port-not-found`, `port-permission-denied`, `port-busy` or `port-open-failed`
 * @throws {DeviceError} `rfc2217-refused`, `not-rfc2217`, `no-response` or `port-setting-rejected` with `rfc2217://`
 */
export async function openPort(
  address: string,
  { baud = DEFAULT_BAUD, signal }: OpenPortOptions = {},
): Promise<Transport> {
  signal?.throwIfAborted();
  const opened = open(address, baud, signal);
  if (signal === undefined) return opened;
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      // A port that opens later is closed.
      opened.then(
        (transport) => transport.close(),
        () => {},
      );
    };
    signal.addEventListener('abort', abort, { once: true });
    opened.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

async function open(address: string, baud: number, signal?: AbortSignal): Promise<Transport> {
  if (!Number.isInteger(baud) || baud < 1) {
    throw new UsageError('invalid-baud-rate', `The baud rate must be a positive integer; received ${baud}.`, {
      received: baud,
    });
  }
  if (address.startsWith('sim:')) return openSimulator(address);
  if (/^sim($|[?:])/i.test(address)) {
    const meant = address.replace(/^sim:?/i, 'sim:');
    throw invalidPort(address, `There is no port ${address}; did you mean ${meant}?`);
  }
  if (address.startsWith('socket://')) return openTcp(address);
  if (address.startsWith('rfc2217://')) return openRfc2217(address, { baud, signal });
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1];
  if (scheme !== undefined && /^(tcp|telnet|raw|https?)$/i.test(scheme)) {
    const meant = address.replace(/^[^:]*/, 'socket').replace(/\/+$/, '');
    throw invalidPort(address, `${scheme}:// is not a supported port; did you mean ${meant}?`);
  }
  if (scheme !== undefined || address === '') {
    throw invalidPort(
      address,
      `${address === '' ? 'An empty name' : `${scheme}://`} is not a supported port; ` +
        'use a serial port (/dev/ttyUSB0, COM3), socket://host:port, rfc2217://host:port, or sim: for a simulated board.',
    );
  }
  const host = /^(?:tcp:)?((?:[\w.-]+|\[[\da-f:.]+\]):\d{1,5})$/i.exec(address)?.[1];
  if (host !== undefined && !/^COM\d+:/i.test(address)) {
    throw invalidPort(address, `${address} is not a serial port; did you mean socket://${host}?`);
  }
  return openSerial(address, { baud });
}
