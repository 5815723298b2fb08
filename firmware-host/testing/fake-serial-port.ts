import type { Transport } from '../transports/transport.js';
import type { WebSerialPort } from '../transports/web-serial.js';

/** The errors of https://wicg.github.io/serial/ after which a port has a new stream. */
export type Disturbance = 'BufferOverrunError' | 'BreakError' | 'FramingError' | 'ParityError';

/**
 * A `SerialPort` made of WHATWG streams, connected to a board. It follows the steps of the specification, so that code
 * which works with it works with a browser's port. It imports nothing, so that it also runs in pages.
 */
export class FakeSerialPort implements WebSerialPort {
  /** The signals that were last set. */
  signals: { dataTerminalReady?: boolean; requestToSend?: boolean } = {};
  /** The options of the last `open`. */
  opened?: { baudRate: number; bufferSize?: number };
  private state: 'closed' | 'opened' | 'lost' = 'closed';
  private transport?: Transport;
  private input: ReadableStream<Uint8Array> | null = null;
  private inputController?: ReadableStreamDefaultController<Uint8Array>;
  private output: WritableStream<Uint8Array> | null = null;
  private outputController?: WritableStreamDefaultController;
  /** Bytes that arrived before there was a reader. */
  private waiting: Uint8Array[] = [];

  constructor(
    private readonly connect: () => Transport,
    private readonly info: { usbVendorId?: number; usbProductId?: number } = {},
  ) {}

  getInfo() {
    return this.info;
  }

  async open(options: { baudRate: number; bufferSize?: number }): Promise<void> {
    if (this.state === 'opened') throw new DOMException('The port is already open.', 'InvalidStateError');
    if (this.state === 'lost') throw new DOMException('Failed to open serial port.', 'NetworkError');
    this.opened = options;
    this.state = 'opened';
    this.transport = this.connect();
    this.transport.onData((bytes) => this.receive(bytes));
    void this.transport.closed.then((reason) => reason && this.unplug());
  }

  get readable(): ReadableStream<Uint8Array> | null {
    if (this.input || this.state !== 'opened') return this.input;
    this.input = new ReadableStream({
      start: (controller) => {
        this.inputController = controller;
        for (const bytes of this.waiting.splice(0)) controller.enqueue(bytes);
      },
      cancel: () => this.forgetInput(),
    });
    return this.input;
  }

  get writable(): WritableStream<Uint8Array> | null {
    if (this.output || this.state !== 'opened') return this.output;
    this.output = new WritableStream({
      start: (controller) => {
        this.outputController = controller;
      },
      write: async (bytes) => {
        if (!(bytes instanceof Uint8Array)) throw new TypeError('A chunk is not a BufferSource.');
        await this.transport?.write(bytes.slice());
      },
      close: () => this.forgetOutput(),
      abort: () => this.forgetOutput(),
    });
    return this.output;
  }

  async setSignals(signals: { dataTerminalReady?: boolean; requestToSend?: boolean }): Promise<void> {
    if (this.state !== 'opened') throw new DOMException('The port is not open.', 'InvalidStateError');
    this.signals = signals;
  }

  async close(): Promise<void> {
    if (this.state === 'closed') throw new DOMException('The port is already closed.', 'InvalidStateError');
    // Both reject if a stream is locked.
    await Promise.all([this.input?.cancel(), this.output?.abort()]);
    if (this.state === 'opened') this.state = 'closed';
    await this.transport?.close();
  }

  /** Simulates an unplugged port: both streams fail, and there are no new ones. */
  unplug(): void {
    if (this.state !== 'opened') return;
    this.state = 'lost';
    const error = new DOMException('The device has been lost.', 'NetworkError');
    this.inputController?.error(error);
    this.outputController?.error(error);
    this.forgetInput();
    this.forgetOutput();
    void this.transport?.close();
  }

  /** Simulates that the port is plugged in again. */
  replug(): void {
    this.state = 'closed';
  }

  /** Simulates a transmission error: the stream fails, and the port provides a new one. */
  disturb(kind: Disturbance): void {
    this.inputController?.error(new DOMException('A byte came badly.', kind));
    this.forgetInput();
  }

  private receive(bytes: Uint8Array): void {
    if (this.inputController) this.inputController.enqueue(bytes);
    else this.waiting.push(bytes);
  }

  private forgetInput(): void {
    this.input = null;
    this.inputController = undefined;
  }

  private forgetOutput(): void {
    this.output = null;
    this.outputController = undefined;
  }
}
