import { DEFAULT_BAUD } from './baud.js';
import {
  LineLostError,
  MissingPartError,
  PortBusyError,
  type PortError,
  PortOpenError,
  PortPermissionError,
} from './errors.js';
import { Inbox } from './inbox.js';
import type { SerialOptions } from './serial.js';
import type { Transport } from './transport.js';

/** What of a `SerialPort` (https://wicg.github.io/serial/) a line needs; TypeScript's DOM does not know it yet. */
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

/** Bytes that the browser keeps for a page that is busy; its own default of 255 is less than one answer of a board. */
const BUFFER_BYTES = 65536;

/**
 * Lets the person at the page choose a serial port, and opens it. Browsers allow that only in answer to a click or key,
 * in pages from https or localhost.
 *
 * ```js
 * button.onclick = async () => {
 *   const client = await BoardClient.connect(await requestWebSerial());
 * };
 * ```
 *
 * @param serial where ports come from. Default: the browser's
 * @throws {MissingPartError} if the browser has no Web Serial
 * @throws {PortPermissionError} if no port was chosen, or the page may not ask
 * @throws {PortBusyError | PortOpenError}
 */
export async function requestWebSerial(
  options: SerialOptions = {},
  serial: WebSerial | undefined = (globalThis.navigator as { serial?: WebSerial } | undefined)?.serial,
): Promise<Transport> {
  if (serial === undefined) {
    throw new MissingPartError(
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
 * Opens a port that the page already has, by `requestWebSerial` or `navigator.serial.getPorts()`: 8 data bits, no
 * parity, 1 stop bit, no flow control.
 *
 * @throws {PortBusyError | PortOpenError}
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
  // As openSerial does it, and for the same reasons.
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
    // Each failed write says so itself.
    this.writer?.closed.catch(() => {});
    this.closed = this.read().then(async (reason) => {
      await this.release();
      return this.closing ? undefined : new LineLostError(name, reason);
    });
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.inbox.listen(listener);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.closing || !this.writer) throw new LineLostError(this.name, 'it is closed');
    try {
      await this.writer.write(bytes);
    } catch (cause) {
      throw new LineLostError(this.name, reasonOf(cause), { cause });
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.reader?.cancel().catch(() => {});
    await this.closed;
  }

  /**
   * Reads until the line ends, and says why it did. After a byte that came badly (framing, parity, an overrun) the
   * stream is over but the port is not: it has a new one. What was lost, the link asks for again.
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

  /** A port closes only when nobody holds its streams. */
  private async release(): Promise<void> {
    await this.writer?.abort().catch(() => {});
    this.writer?.releaseLock();
    await this.port.close().catch(() => {});
  }
}

function nameOf(port: WebSerialPort): string {
  const { usbVendorId, usbProductId } = port.getInfo();
  const hex = (id = 0) => id.toString(16).padStart(4, '0');
  return usbVendorId === undefined
    ? 'the serial port'
    : `the USB port ${hex(usbVendorId)}:${hex(usbProductId)}`;
}

/** The specification's names for what is wrong; browsers' words differ. */
function reasonOf(error: unknown): string {
  const { name, message } = error as Error;
  return name === 'NetworkError' ? 'it was unplugged or its driver stopped' : message.replace(/\.$/, '');
}

function requestError(cause: Error): PortError {
  return new PortPermissionError(
    'Web Serial',
    cause.name === 'NotFoundError'
      ? 'No port was chosen; plug the board in and choose it in the list that the browser shows.'
      : `This page may not ask for a serial port (${cause.message.replace(/\.$/, '')}); allow it in the browser's settings of this page, ` +
          "or in the page's Permissions-Policy (serial).",
    { cause },
  );
}

function openingError(name: string, cause: Error): PortError {
  if (cause.name === 'InvalidStateError') {
    return new PortBusyError(name, 'The port is open in this page already; disconnect first.', { cause });
  }
  return new PortOpenError(
    name,
    `The browser could not open ${name} (${cause.message.replace(/\.$/, '')}); close other programs that use it, and on Linux see that ` +
      'your user is in the group dialout.',
    { cause },
  );
}
