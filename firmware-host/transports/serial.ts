import type { DeviceError } from '@bd-edge/sdk/internal';
import type { SerialPort } from 'serialport';
import { ConnectionLostError } from '../errors.js';
import { DEFAULT_BAUD } from './baud.js';
import { importPart } from './import-part.js';
import { Inbox } from './inbox.js';
import { portError } from './port-errors.js';
import type { Transport } from './transport.js';
import { CLOSE_MS, settlesWithin } from './within.js';

export interface SerialOptions {
  /** The baud rate. Default: 115200 */
  baud?: number;
}

/**
 * Opens and locks a serial port with 8 data bits, no parity, 1 stop bit and no flow control.
 *
 * @param path `/dev/ttyUSB0`, `/dev/tty.usbmodem1`, `COM3`
 * @throws {MissingDependencyError} if the package `serialport` is not installed
 * @throws {DeviceError} `port-not-found`, `port-permission-denied`, `port-busy` or `port-open-failed`
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
  await raiseControlSignals(port);
  return new SerialTransport(path, port, process.platform === 'linux' && (await isPresent(port)));
}

/** Imports serialport. @throws {MissingDependencyError} if it is not installed, or does not load */
export const importSerialPort = () => importPart<typeof import('serialport')>('serialport', 'Serial ports');

/**
 * Sets DTR and RTS. Many USB boards send nothing without DTR. Ports without these signals (pseudo-terminals, some
 * bridges) report an error, which is ignored.
 */
function raiseControlSignals(port: SerialPort): Promise<void> {
  return new Promise((resolve) => port.set({ dtr: true, rts: true }, () => resolve()));
}

/** The interval between checks of an open port. */
const WATCH_INTERVAL_MS = 500;

/**
 * Returns whether the port still exists. On Linux, serialport 13 does not detect that a port was unplugged while it
 * reads, and reads nothing forever. Reading the port's settings then fails.
 */
const isPresent = (port: SerialPort): Promise<boolean> =>
  port.port?.getBaudRate().then(
    () => true,
    () => false,
  ) ?? Promise.resolve(false);

/** An open port of serialport. */
export class SerialTransport implements Transport {
  readonly closed: Promise<Error | undefined>;
  private readonly inbox = new Inbox();
  private closing = false;
  private giveUp!: () => void;

  constructor(
    readonly name: string,
    private readonly port: SerialPort,
    watched: boolean,
  ) {
    port.on('data', (bytes: Uint8Array) => this.inbox.take(bytes));
    // Without a listener, an error ends the process. Each error also reaches a callback, and `close` follows.
    port.on('error', () => {});
    const watch = watched ? setInterval(() => this.requirePresence(), WATCH_INTERVAL_MS) : undefined;
    this.closed = new Promise((resolve) => {
      const end = () => {
        clearInterval(watch);
        resolve(
          this.closing ? undefined : new ConnectionLostError(name, 'it was unplugged or its driver stopped'),
        );
      };
      port.once('close', end);
      this.giveUp = end;
    });
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.inbox.listen(listener);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const lost = (cause?: Error) =>
        reject(new ConnectionLostError(this.name, cause?.message ?? 'it is closed', { cause }));
      // A closed SerialPort would keep the bytes until it is opened again.
      if (!this.port.isOpen) return lost();
      this.port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), (error) =>
        error ? lost(error) : resolve(),
      );
    });
  }

  /**
   * Sends what was written, and closes the port. If the driver is stuck, what was written is discarded, since closing
   * would wait for it, and the port counts as closed after a while.
   */
  async close(): Promise<void> {
    const { port } = this;
    if (port.isOpen && !port.closing && !this.closing) {
      this.closing = true;
      const sent = new Promise<void>((resolve) => port.drain(() => resolve()));
      if (!(await settlesWithin(sent, CLOSE_MS)))
        await settlesWithin(new Promise<void>((resolve) => port.flush(() => resolve())), CLOSE_MS);
      if (port.isOpen && !port.closing) port.close(() => {});
      if (!(await settlesWithin(this.closed, CLOSE_MS))) this.giveUp();
    }
    await this.closed;
  }

  private async requirePresence(): Promise<void> {
    if (!(await isPresent(this.port)) && this.port.isOpen && !this.port.closing) this.port.close(() => {});
  }
}

/** Classifies an error of serialport, which has the message of the operating system. */
export function openingError(path: string, cause: Error): DeviceError {
  const reason = cause.message;
  if (/no such file|file not found|cannot find/i.test(reason)) {
    const message = `There is no port ${path}; plug the board in, or list the ports with \`bd-edge ports\`.`;
    return portError('port-not-found', path, message, cause);
  }
  if (/permission denied|access denied|operation not permitted/i.test(reason)) {
    return portError('port-permission-denied', path, permissionAdvice(path), cause);
  }
  if (/cannot lock|busy|temporarily unavailable/i.test(reason)) {
    const message = `${path} is open in another program; close its monitor or terminal first.`;
    return portError('port-busy', path, message, cause);
  }
  return portError('port-open-failed', path, `${path} could not be opened: ${reason}.`, cause);
}

/** Windows reports "access denied" for a port that is open in another program. */
function permissionAdvice(path: string): string {
  if (process.platform === 'win32') {
    return `Access to ${path} was denied; close other programs that use it, such as a serial monitor.`;
  }
  if (process.platform === 'linux') {
    return (
      `Access to ${path} was denied for this user; run \`sudo usermod -aG dialout $USER\` and log in again, ` +
      'or add a udev rule for the board (SUBSYSTEM=="tty", MODE="0666").'
    );
  }
  return `Access to ${path} was denied for this user; check its permissions.`;
}
