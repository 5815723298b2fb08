import { type DeviceError, MissingDependencyError } from '@bd-edge/sdk/internal';
import { ConnectionLostError } from '../errors.js';
import { DEFAULT_BAUD } from './baud.js';
import { Inbox } from './inbox.js';
import { portError } from './port-errors.js';
import type { SerialOptions } from './serial.js';
import type { Transport } from './transport.js';
import { CLOSE_MS, settlesWithin } from './within.js';

/** The used part of a `SerialPort` (https://wicg.github.io/serial/), which TypeScript's DOM types lack. */
export interface WebSerialPort {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  getInfo(): { usbVendorId?: number; usbProductId?: number };
  open(options: { baudRate: number; bufferSize?: number }): Promise<void>;
  setSignals(signals: { dataTerminalReady?: boolean; requestToSend?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** `navigator.serial`. */
export interface WebSerial {
  requestPort(options?: {
    filters?: { usbVendorId?: number; usbProductId?: number }[];
  }): Promise<WebSerialPort>;
}

/** Bytes that the browser buffers for a busy page. Its default of 255 is less than one reply of a board. */
const BUFFER_BYTES = 65536;

/**
 * Asks the user to choose a serial port, and opens it. Browsers allow this only in response to a click or a key, in
 * pages from https or localhost.
 *
 * ```js
 * button.onclick = async () => {
 *   const board = await connectBoard(await requestWebSerial());
 * };
 * ```
 *
 * @param serial the source of ports. Default: the browser's `navigator.serial`
 * @throws {MissingDependencyError} if the browser has no Web Serial
 * @throws {DeviceError} `port-permission-denied` if no port was chosen or the page may not ask
 * @throws as {@link openWebSerial}
 */
export async function requestWebSerial(
  options: SerialOptions = {},
  serial: WebSerial | undefined = (globalThis.navigator as { serial?: WebSerial } | undefined)?.serial,
): Promise<Transport> {
  if (serial === undefined) {
    throw new MissingDependencyError(
      'Web Serial',
      'This browser has no Web Serial, or the page is not from https or localhost; use a Chromium-based browser on a ' +
        'computer, or `bd-edge deploy` on the command line.',
    );
  }
  let port: WebSerialPort;
  try {
    port = await serial.requestPort();
  } catch (cause) {
    throw requestError(cause as Error);
  }
  return openWebSerial(port, options);
}

/**
 * Opens a port that the page already has, for example from `navigator.serial.getPorts()`, with 8 data bits, no parity,
 * 1 stop bit and no flow control.
 *
 * @throws {DeviceError} `port-busy` or `port-open-failed`
 */
export async function openWebSerial(
  port: WebSerialPort,
  { baud = DEFAULT_BAUD }: SerialOptions = {},
): Promise<Transport> {
  const name = nameOf(port);
  try {
    await port.open({ baudRate: baud, bufferSize: BUFFER_BYTES });
  } catch (cause) {
    throw openingError(name, cause as Error);
  }
  // Like in openSerial, for the same reasons.
  await port.setSignals({ dataTerminalReady: true, requestToSend: true }).catch(() => {});
  return new WebSerialTransport(name, port);
}

class WebSerialTransport implements Transport {
  readonly closed: Promise<Error | undefined>;
  private readonly inbox = new Inbox();
  private readonly writer?: WritableStreamDefaultWriter<Uint8Array>;
  private reader?: ReadableStreamDefaultReader<Uint8Array>;
  private closing = false;

  constructor(
    readonly name: string,
    private readonly port: WebSerialPort,
  ) {
    this.writer = port.writable?.getWriter();
    // Every failed write reports the error itself.
    this.writer?.closed.catch(() => {});
    this.closed = this.read().then(async (reason) => {
      await this.release();
      return this.closing ? undefined : new ConnectionLostError(name, reason);
    });
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.inbox.listen(listener);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.closing || !this.writer) throw new ConnectionLostError(this.name, 'it is closed');
    try {
      await this.writer.write(bytes);
    } catch (cause) {
      throw new ConnectionLostError(this.name, reasonOf(cause), { cause });
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    if (this.reader) await settlesWithin(this.reader.cancel(), CLOSE_MS);
    await settlesWithin(this.closed, 3 * CLOSE_MS);
  }

  /**
   * Reads until the connection ends, and returns the reason. After a framing or parity error or an overrun, the stream
   * ends and the port provides a new one. The link requests lost data again.
   */
  private async read(): Promise<string> {
    let reason = 'the browser closed it';
    let before: ReadableStream | undefined;
    while (this.port.readable && this.port.readable !== before && !this.closing) {
      before = this.port.readable;
      const reader = before.getReader();
      this.reader = reader;
      try {
        for (let piece = await reader.read(); !piece.done; piece = await reader.read())
          this.inbox.take(piece.value);
      } catch (error) {
        reason = reasonOf(error);
      } finally {
        reader.releaseLock();
      }
    }
    return reason;
  }

  /** Releases the streams first: a port with locked streams does not close. */
  private async release(): Promise<void> {
    if (this.writer) await settlesWithin(this.writer.abort(), CLOSE_MS);
    this.writer?.releaseLock();
    await settlesWithin(this.port.close(), CLOSE_MS);
  }
}

function nameOf(port: WebSerialPort): string {
  const { usbVendorId, usbProductId } = port.getInfo();
  const hex = (id = 0) => id.toString(16).padStart(4, '0');
  return usbVendorId === undefined
    ? 'the serial port'
    : `the USB port ${hex(usbVendorId)}:${hex(usbProductId)}`;
}

/** Uses the name from the specification, since the messages of browsers differ. */
function reasonOf(error: unknown): string {
  const { name, message } = error as Error;
  return name === 'NetworkError' ? 'it was unplugged or its driver stopped' : withoutPeriod(message);
}

function requestError(cause: Error): DeviceError {
  const message =
    cause.name === 'NotFoundError'
      ? "No port was chosen; plug the board in and choose it in the browser's list."
      : `This page may not ask for a serial port (${withoutPeriod(cause.message)}); allow it in the browser's ` +
        "settings of this page, or in the page's Permissions-Policy (serial).";
  return portError('port-permission-denied', 'Web Serial', message, cause);
}

function openingError(name: string, cause: Error): DeviceError {
  if (cause.name === 'InvalidStateError') {
    return portError('port-busy', name, 'The port is already open in this page; disconnect first.', cause);
  }
  const message =
    `The browser could not open ${name} (${withoutPeriod(cause.message)}); close other programs that use it, and on ` +
    'Linux check that your user is in the group dialout.';
  return portError('port-open-failed', name, message, cause);
}

const withoutPeriod = (message: string) => message.replace(/\.$/, '');
