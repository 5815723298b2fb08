import { importPart } from '../transports/import-part.js';
import type { Transport } from '../transports/transport.js';
import { BoardLine } from './board-line.js';
import type { EmulatedBoard } from './emulated-board.js';
import { PICO_FLASH_BYTES, PicoChip, type PicoChipOptions } from './pico-chip.js';

/** Between two turns of the event loop, in cycles: some milliseconds of the machine that emulates. */
const SLICE_CYCLES = 500_000;

export interface PicoOptions extends PicoChipOptions {
  /** What flash held before, beside the firmware: {@link PicoBoard.flash} of an earlier run. */
  flash?: Uint8Array;
}

/** A Raspberry Pi Pico in this program, by the package `rp2040js`: the firmware runs instruction by instruction. */
export class PicoBoard implements EmulatedBoard {
  /** All flash, the firmware at its beginning. */
  readonly flash: Uint8Array;
  readonly failed: Promise<Error>;
  private fail!: (error: Error) => void;
  private chip: PicoChip;
  private readonly line = new BoardLine((bytes) => this.receive(bytes));
  private running = false;
  private closed = false;
  private cyclesBefore = 0;

  private constructor(
    private readonly emulator: typeof import('rp2040js'),
    firmware: Uint8Array,
    private readonly options: PicoOptions,
  ) {
    this.flash = options.flash?.slice() ?? new Uint8Array(PICO_FLASH_BYTES).fill(0xff);
    this.flash.set(firmware);
    this.failed = new Promise((resolve) => {
      this.fail = resolve;
    });
    this.chip = this.powerOn();
    this.wake();
  }

  /**
   * @param firmware `firmware.bin`, which begins at the beginning of flash
   * @throws {MissingPartError} if the package `rp2040js` is not installed
   * @throws {EmulationError} if the image does not start
   */
  static async start(firmware: Uint8Array, options: PicoOptions = {}): Promise<PicoBoard> {
    return new PicoBoard(await importPart('rp2040js', 'Emulated Picos'), firmware, options);
  }

  /** Processor cycles since power on, at 125 MHz, without those of sleep. */
  get cycles(): number {
    return this.cyclesBefore + this.chip.cycles;
  }

  /** Of the cycles since the last reset, those in which the processor slept between bytes. */
  get asleepCycles(): number {
    return this.chip.asleepCycles;
  }

  /** Bytes that came faster than the UART could take them; 0 unless the line is paced, or there are bursts. */
  get lostBytes(): number {
    return this.chip.lostBytes;
  }

  attach(end: Transport): void {
    this.line.attach(end);
  }

  async reset(): Promise<void> {
    this.restart();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.line.close();
  }

  private powerOn(): PicoChip {
    return new PicoChip(this.emulator, this.flash, () => setImmediate(() => this.restart()), this.options);
  }

  private restart(): void {
    this.cyclesBefore = this.cycles;
    this.chip = this.powerOn();
    this.wake();
  }

  private receive(bytes: Uint8Array): void {
    this.chip.receive(bytes);
    this.wake();
  }

  private wake(): void {
    if (this.running || this.closed) return;
    this.running = true;
    setImmediate(() => this.work());
  }

  /** A slice of the chip's time; then others have their turn. */
  private work(): void {
    this.running = false;
    if (this.closed) return;
    const { chip } = this;
    try {
      chip.run(SLICE_CYCLES);
    } catch (error) {
      this.closed = true;
      this.fail(error as Error);
      void this.line.close();
      return;
    }
    const sent = chip.sent();
    if (sent.length > 0) this.line.send(sent);
    if (!chip.idle) this.wake();
  }
}
