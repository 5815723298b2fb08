import { MAX_PAYLOAD, MAX_WINDOW_FRAMES, MIN_PAYLOAD } from '../link/protocol.js';
import { transportPair } from '../transports/pair.js';
import type { Transport } from '../transports/transport.js';
import { type BoardHardware, Firmware } from './firmware.js';
import { limitLineRate } from './line-rate.js';
import { MemoryStorage, type Storage } from './storage.js';

export interface SimulatedBoardOptions extends Partial<BoardHardware> {
  /** Bytes that the line carries in a second, each way; a UART's baud rate / 10. Default: no limit */
  bytesPerSecond?: number;
  /** What outlives a reset. Default: {@link MemoryStorage} */
  storage?: Storage;
}

/** As a small microcontroller board has them. */
export const DEFAULT_HARDWARE: BoardHardware = {
  ramBytes: 262144,
  bankBytes: 1048576,
  maxPayload: 1024,
  windowFrames: 8,
  board: 'simulated',
};

/**
 * A board in this program: it runs the engine that it is sent, from the bytes that it is sent, in a memory of its
 * own, and answers as docs/link.md asks of any board.
 *
 * ```js
 * const board = new SimulatedBoard({ ramBytes: 131072 });
 * const client = await BoardClient.connect(board.connect());
 * ```
 */
export class SimulatedBoard {
  readonly hardware: BoardHardware;
  private readonly storage: Storage;
  private readonly bytesPerSecond?: number;
  private firmware: Firmware;
  private line?: Transport;
  /** What was printed while nobody was there to read it. */
  private unread: Uint8Array[] = [];

  /** @throws {RangeError} if an option is out of its range */
  constructor({ bytesPerSecond, storage = new MemoryStorage(), ...hardware }: SimulatedBoardOptions = {}) {
    this.hardware = { ...DEFAULT_HARDWARE, ...hardware };
    requireRange('maxPayload', this.hardware.maxPayload, MIN_PAYLOAD, MAX_PAYLOAD);
    requireRange('windowFrames', this.hardware.windowFrames, 1, MAX_WINDOW_FRAMES);
    requireRange('ramBytes', this.hardware.ramBytes, 0, 0xffffffff);
    requireRange('bankBytes', this.hardware.bankBytes, 1, 0xffffffff);
    if (bytesPerSecond !== undefined) requireRange('bytesPerSecond', bytesPerSecond, 1, 1e9);
    this.bytesPerSecond = bytesPerSecond;
    this.storage = storage;
    this.firmware = this.boot();
  }

  /** Plugs this program in and returns its end of the line. A line that was attached before is closed. */
  connect(name = 'sim:'): Transport {
    const [here, there] = transportPair(name);
    this.attach(there);
    return here;
  }

  /** Plugs the board's end of a line in. A line that was attached before is closed. */
  attach(end: Transport): void {
    void this.line?.close();
    const line = this.bytesPerSecond === undefined ? end : limitLineRate(end, this.bytesPerSecond);
    this.line = line;
    line.onData((bytes) => this.firmware.receive(bytes));
    void line.closed.then(() => {
      if (this.line === line) this.line = undefined;
    });
    const unread = this.unread;
    this.unread = [];
    for (const bytes of unread) this.transmit(bytes);
  }

  /** Power off and on: all is lost but what is in the storage. The line stays. */
  reset(): void {
    this.firmware.halt();
    this.firmware = this.boot();
  }

  /** Power off, line closed. */
  async close(): Promise<void> {
    this.firmware.halt();
    await this.line?.close();
  }

  /** Bytes that came faster than the board's credits allow, since the last reset; 0 with a correct host. */
  get overrunBytes(): number {
    return this.firmware.overrunBytes;
  }

  private boot(): Firmware {
    return new Firmware(this.hardware, this.storage, (bytes) => this.transmit(bytes));
  }

  /** Without a line, answers are lost, as a UART's are; what a board prints as it starts is kept for the first reader. */
  private transmit(bytes: Uint8Array): void {
    if (this.line) this.line.write(bytes).catch(() => {});
    else this.unread = [...this.unread, bytes].slice(-UNREAD);
  }
}

/** Prints that are kept. */
const UNREAD = 8;

function requireRange(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new RangeError(`${name} must be an integer from ${low} to ${high}, but is ${value}.`);
}
