import type { SerialPort } from 'serialport';
import { DEFAULT_BAUD } from './baud.js';
import {
  LineLostError,
  PortBusyError,
  type PortError,
  PortNotFoundError,
  PortOpenError,
  PortPermissionError,
} from './errors.js';
import { importPart } from './import-part.js';
import { Inbox } from './inbox.js';
import type { Transport } from './transport.js';

export interface SerialOptions {
  /** Bits a second, both ways. Default: {@link DEFAULT_BAUD} */
  baud?: number;
}

/**
 * Opens a serial port, 8 data bits, no parity, 1 stop bit, no flow control, and locks it.
 *
 * @param path `/dev/ttyUSB0`, `/dev/tty.usbmodem1`, `COM3`
 * @throws {MissingPartError} if the package `serialport` is not installed
 * @throws {PortNotFoundError | PortPermissionError | PortBusyError | PortOpenError}
 */
export async function openSerial(
  path: string,
  { baud = DEFAULT_BAUD }: SerialOptions = {},
): Promise<Transport> {
  const { SerialPort } = await importSerialPort();
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(openingError(path, error)) : resolve()));
  });
  await raiseControlLines(port);
  return new SerialTransport(path, port, process.platform === 'linux' && (await isPresent(port)));
}

/** @throws {MissingPartError} if it is not installed, or does not load */
export const importSerialPort = () => importPart<typeof import('serialport')>('serialport', 'Serial ports');

/**
 * DTR says that somebody listens, without which many USB boards send nothing. Lines that have no DTR and RTS
 * (pseudo-terminals, some bridges) refuse, and work as well.
 */
function raiseControlLines(port: SerialPort): Promise<void> {
  return new Promise((resolve) => port.set({ dtr: true, rts: true }, () => resolve()));
}

/** How often an open port is looked after, in ms. */
const WATCH_INTERVAL_MS = 500;

/**
 * serialport 13 does not notice on Linux that a port is unplugged while it reads: it reads nothing, over and over
 * again. Asking for the port's settings fails then.
 */
const isPresent = (port: SerialPort): Promise<boolean> =>
  port.port?.getBaudRate().then(
    () => true,
    () => false,
  ) ?? Promise.resolve(false);

class SerialTransport implements Transport {
  readonly closed: Promise<Error | undefined>;
  private readonly inbox = new Inbox();
  private closing = false;

  constructor(
    readonly name: string,
    private readonly port: SerialPort,
    watched: boolean,
  ) {
    port.on('data', (bytes: Uint8Array) => this.inbox.take(bytes));
    // Without a listener, an error ends the process; each is followed by `close`, and given to a callback.
    port.on('error', () => {});
    const watch = watched ? setInterval(() => this.requirePresence(), WATCH_INTERVAL_MS) : undefined;
    this.closed = new Promise((resolve) => {
      port.once('close', () => {
        clearInterval(watch);
        resolve(this.closing ? undefined : new LineLostError(name, 'it was unplugged or its driver stopped'));
      });
    });
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.inbox.listen(listener);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const lost = (cause?: Error) =>
        reject(new LineLostError(this.name, cause?.message ?? 'it is closed', { cause }));
      // A closed SerialPort would keep the bytes for when it is opened again.
      if (!this.port.isOpen) return lost();
      this.port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), (error) =>
        error ? lost(error) : resolve(),
      );
    });
  }

  async close(): Promise<void> {
    if (this.port.isOpen && !this.port.closing) {
      this.closing = true;
      this.port.close(() => {});
    }
    await this.closed;
  }

  private async requirePresence(): Promise<void> {
    if (!(await isPresent(this.port)) && this.port.isOpen && !this.port.closing) this.port.close(() => {});
  }
}

/** serialport passes on the system's words, in the system's form. */
export function openingError(path: string, cause: Error): PortError {
  const reason = cause.message;
  if (/no such file|file not found|cannot find/i.test(reason)) {
    return new PortNotFoundError(
      path,
      `There is no port ${path}; plug the board in, or see \`bd-edge ports\`.`,
      {
        cause,
      },
    );
  }
  if (/permission denied|access denied|operation not permitted/i.test(reason)) {
    return new PortPermissionError(path, permissionAdvice(path), { cause });
  }
  if (/cannot lock|busy|temporarily unavailable/i.test(reason)) {
    return new PortBusyError(
      path,
      `${path} is open in another program; close its monitor or terminal first.`,
      {
        cause,
      },
    );
  }
  return new PortOpenError(path, `${path} could not be opened: ${reason}.`, { cause });
}

/** Windows says "access denied" of a port that another program has open. */
function permissionAdvice(path: string): string {
  if (process.platform === 'win32') {
    return `${path} may not be opened; close any other program that uses it, such as a serial monitor.`;
  }
  if (process.platform === 'linux') {
    return (
      `${path} may not be opened by this user; run \`sudo usermod -aG dialout $USER\` and log in again, ` +
      'or add a udev rule for the board (SUBSYSTEM=="tty", MODE="0666").'
    );
  }
  return `${path} may not be opened by this user; check its permissions.`;
}
