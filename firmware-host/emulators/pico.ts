import { importPart } from '../transports/import-part.js';
import type { Transport } from '../transports/transport.js';
import type { EmulatedBoard } from './emulated-board.js';
import { emulationError } from './emulation-error.js';
import { PicoChip, type PicoChipOptions } from './pico-chip.js';
import { PICO_FLASH_BYTES } from './pico-flash.js';
import { TransportSocket } from './transport-socket.js';
import type { UsbHost } from './usb-host.js';

/** Cycles between two turns of the event loop: some milliseconds on the host. */
const SLICE_CYCLES = 500_000;

export interface PicoOptions extends PicoChipOptions {
  /** The contents of flash besides the firmware: {@link PicoBoard.flash} of an earlier run. */
  flash?: Uint8Array;
}

/** A Raspberry Pi Pico in this program. The package `rp2040js` executes the firmware instruction by instruction. */
export class PicoBoard implements EmulatedBoard {
  /** The contents of flash; the firmware is at its start. */
  readonly flash: Uint8Array;
  readonly failed: Promise<Error>;
  private fail!: (error: Error) => void;
  private chip: PicoChip;
  private readonly socket = new TransportSocket((bytes) => this.receive(bytes));
  private readonly usbSocket = new TransportSocket((bytes) => {
    this.chip.host?.send(bytes);
    this.wake();
  });
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
   * Starts a board.
   *
   * @param firmware `firmware.bin`, which goes to the start of flash
   * @throws {MissingDependencyError} if the package `rp2040js` is not installed
   * @throws {DeviceError} `emulation-failed` if the image does not start
   */
  static async start(firmware: Uint8Array, options: PicoOptions = {}): Promise<PicoBoard> {
    return new PicoBoard(await importPart('rp2040js', 'Emulated Picos'), firmware, options);
  }

  /** Processor cycles since power on, at 125 MHz, without sleep. */
  get cycles(): number {
    return this.cyclesBefore + this.chip.cycles;
  }

  /** Cycles since the last reset during which the processor slept between bytes. */
  get asleepCycles(): number {
    return this.chip.asleepCycles;
  }

  /** Bytes that were lost in the UART; 0 unless the transport is paced or has bursts. */
  get lostBytes(): number {
    return this.chip.lostBytes;
  }

  attach(end: Transport): void {
    this.socket.attach(end);
  }

  /** Attaches a transport to the USB port. The board must have been started with `usb`. */
  attachUsb(end: Transport): void {
    this.usbSocket.attach(end);
  }

  /** Changes something at the USB host, and lets the chip continue. */
  withHost<T>(use: (host: UsbHost) => T): T {
    if (this.chip.host === undefined) throw emulationError('This board was started without a USB host.');
    const result = use(this.chip.host);
    this.wake();
    return result;
  }

  async reset(): Promise<void> {
    this.restart();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.socket.close();
    await this.usbSocket.close();
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

  /** Runs the chip for one slice, then yields to the event loop. */
  private work(): void {
    this.running = false;
    if (this.closed) return;
    const { chip } = this;
    try {
      chip.run(SLICE_CYCLES);
    } catch (error) {
      this.closed = true;
      this.fail(error as Error);
      void this.socket.close();
      void this.usbSocket.close();
      return;
    }
    const sent = chip.sent();
    if (sent.length > 0) this.socket.send(sent);
    const sentByUsb = chip.sentByUsb();
    if (sentByUsb.length > 0) this.usbSocket.send(sentByUsb);
    if (!chip.idle) this.wake();
  }
}
