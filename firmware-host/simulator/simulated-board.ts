import { SIMULATED_BOARD_NAME } from '../link/board-names.js';
import { MAX_PAYLOAD, MAX_WINDOW_FRAMES, MIN_PAYLOAD } from '../link/protocol.js';
import { transportPair } from '../transports/pair.js';
import type { Transport } from '../transports/transport.js';
import { boundOutput } from './bounded-output.js';
import { limitByteRate } from './byte-rate.js';
import { type BoardHardware, Firmware } from './firmware.js';
import { MemoryStorage, type Storage } from './storage.js';
import { type Isolation, isolation } from './thread-runner.js';

export interface SimulatedBoardOptions extends Partial<BoardHardware> {
  /** Bytes per second in each direction; a UART's baud rate / 10. Default: no limit */
  bytesPerSecond?: number;
  /** Seconds after which an engine that does not return is stopped, as on boards. Default: 20 */
  timeLimitSeconds?: number;
  /** Storage that survives a reset. Default: in memory */
  storage?: Storage;
}

/** The hardware of a small microcontroller board. */
export const DEFAULT_HARDWARE: BoardHardware = {
  ramBytes: 262144,
  bankBytes: 1048576,
  maxPayload: 1024,
  windowFrames: 8,
  board: SIMULATED_BOARD_NAME,
};

/**
 * A board in this program. It implements docs/link.md, and runs uploaded engines and models in its own memory. In Node,
 * Deno and Bun an engine has its own thread and a time limit; in browsers it runs in the calling thread, without a limit.
 * `info.interpreter` tells which.
 *
 * ```js
 * const simulated = new SimulatedBoard({ ramBytes: 131072 });
 * const board = await connectBoard(simulated.connect());
 * ```
 */
export class SimulatedBoard {
  readonly hardware: BoardHardware;
  private readonly storage: Storage;
  private readonly bytesPerSecond?: number;
  private readonly engines: Isolation;
  private firmware: Firmware;
  private transport?: Transport;
  /** Text that was printed while no transport was attached. */
  private unread: Uint8Array[] = [];

  /** @throws {RangeError} if an option is out of its range */
  constructor({
    bytesPerSecond,
    timeLimitSeconds,
    storage = new MemoryStorage(),
    ...hardware
  }: SimulatedBoardOptions = {}) {
    this.hardware = { ...DEFAULT_HARDWARE, ...hardware };
    requireRange('maxPayload', this.hardware.maxPayload, MIN_PAYLOAD, MAX_PAYLOAD);
    requireRange('windowFrames', this.hardware.windowFrames, 1, MAX_WINDOW_FRAMES);
    requireRange('ramBytes', this.hardware.ramBytes, 0, 0xffffffff);
    requireRange('bankBytes', this.hardware.bankBytes, 1, 0xffffffff);
    if (bytesPerSecond !== undefined) requireRange('bytesPerSecond', bytesPerSecond, 1, 1e9);
    if (timeLimitSeconds !== undefined) requireRange('timeLimitSeconds', timeLimitSeconds, 1, 86400);
    this.bytesPerSecond = bytesPerSecond;
    this.engines = isolation(timeLimitSeconds && timeLimitSeconds * 1000);
    this.storage = storage;
    this.firmware = this.boot();
  }

  /** Connects this program to the board and returns its transport. Closes the previous transport. */
  connect(name = 'sim:'): Transport {
    const [here, there] = transportPair(name);
    this.attach(there);
    return here;
  }

  /** Attaches the board's end of a transport. Closes the previous transport. */
  attach(end: Transport): void {
    void this.transport?.close();
    const transport = boundOutput(
      this.bytesPerSecond === undefined ? end : limitByteRate(end, this.bytesPerSecond),
    );
    this.transport = transport;
    transport.onData((bytes) => this.firmware.receive(bytes));
    void transport.closed.then(() => {
      if (this.transport === transport) this.transport = undefined;
    });
    const unread = this.unread;
    this.unread = [];
    for (const bytes of unread) this.transmit(bytes);
  }

  /** Restarts the board. Only its storage survives. The transport stays. */
  reset(): void {
    this.firmware.halt();
    this.firmware = this.boot();
  }

  /** Stops the board and closes the transport. */
  async close(): Promise<void> {
    this.firmware.halt();
    await this.transport?.close();
  }

  /** Whether engines have their own thread and a time limit. */
  get isolatesEngines(): boolean {
    return this.engines.isThread;
  }

  /** Bytes since the last reset that were lost because the host exceeded the credits; 0 with a correct host. */
  get overrunBytes(): number {
    return this.firmware.overrunBytes;
  }

  private boot(): Firmware {
    return new Firmware(this.hardware, this.storage, (bytes) => this.transmit(bytes), this.engines);
  }

  /** Without a transport, replies are lost, like a UART's. Text from the start is kept for the first reader. */
  private transmit(bytes: Uint8Array): void {
    if (this.transport) this.transport.write(bytes).catch(() => {});
    else this.unread = [...this.unread, bytes].slice(-UNREAD);
  }
}

/** The number of texts that are kept. */
const UNREAD = 8;

function requireRange(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new RangeError(`${name} must be an integer from ${low} to ${high}; received ${value}.`);
}
