import type { RP2040 } from 'rp2040js';
import { concat } from '../link/bytes.js';
import { emulationError } from './emulation-error.js';
import { PicoClock } from './pico-clock.js';
import { PICO_HZ, PicoFlash } from './pico-flash.js';
import { romAddress, romCall, romImage } from './pico-rom.js';
import { PicoUart } from './pico-uart.js';
import { PicoUsb } from './pico-usb.js';
import { UsbHost } from './usb-host.js';

const BOOT_ADDRESS = 0x20041f00;
const BOOT_BYTES = 256;
const UART0 = 0x40034;
const WATCHDOG = 0x40058;
/** Bits of a byte on the wire: start, 8, stop. */
const BYTE_BITS = 10;
const FIFO_BYTES = 32;

/** The number of instructions between two checks of the clock. */
const INSTRUCTIONS_AT_ONCE = 16;

/** The interval in cycles at which a transport that is not paced checks for room in the UART. */
const FEED_CYCLES = 200;

/** Bytes of a burst: twice as many as the UART's FIFO holds. */
const BURST_BYTES = 64;

export interface PicoChipOptions {
  /** Limits bytes to the UART's baud rate in the chip's own time. Bytes that the UART cannot take are lost. */
  paced?: boolean;
  /**
   * The number of bytes after which 64 bytes arrive at once, as if interrupts had been disabled. The UART loses some of
   * them. Default: no bursts.
   */
  burstEvery?: number;
  /** Plugs the USB port into a host. Default: only UART0 is connected */
  usb?: boolean;
  /** The unique number of the flash chip, 8 bytes. */
  flashId?: Uint8Array;
}

/** An RP2040 from one reset to the next, with its flash. */
export class PicoChip {
  private readonly mcu: RP2040;
  private readonly clock = new PicoClock(1e9 / PICO_HZ);
  private readonly incoming: number[] = [];
  private outgoing: number[] = [];
  private readonly paced: boolean;
  private readonly burstEvery: number;
  private untilBurst: number;
  private readonly uart: PicoUart;
  /** The times at which the next byte may arrive and the last one will have been sent, in cycles. */
  private nextByte = 0;
  private sentAt = 0;
  private readonly flash: PicoFlash;
  private asleep = false;
  /** Cycles during which the processor slept and bytes were still to arrive. */
  asleepCycles = 0;
  private stopped = false;
  /** The host of the USB port. */
  readonly host?: UsbHost;
  private usbOutgoing: Uint8Array[] = [];

  /**
   * @param flashBytes the contents of flash, which the chip changes
   * @param onReset called when the firmware resets the chip, which then stops
   * @throws {DeviceError} `emulation-failed` if flash does not begin with a valid second stage of the boot
   */
  constructor(
    { RP2040: Mcu }: typeof import('rp2040js'),
    private readonly flashBytes: Uint8Array,
    onReset: () => void,
    { paced = false, burstEvery = Number.POSITIVE_INFINITY, usb = false, flashId }: PicoChipOptions = {},
  ) {
    this.paced = paced;
    this.burstEvery = burstEvery;
    this.untilBurst = burstEvery;
    const mcu = new Mcu(this.clock);
    this.mcu = mcu;
    mcu.logger = silent((message) => {
      throw emulationError(`The Pico's firmware did something that the chip cannot do: ${message}.`);
    });
    mcu.loadBootrom(romImage() as Uint32Array<ArrayBuffer>);
    this.flash = new PicoFlash(flashBytes, mcu, this.clock, flashId);
    mcu.onBreak = (code) => this.onBreak(code);
    mcu.uart[0].onByte = (byte) => this.onByte(byte);
    this.uart = new PicoUart(mcu.uart[0]);
    const bus = new PicoUsb(mcu);
    if (usb) this.host = new UsbHost(bus, (bytes) => this.usbOutgoing.push(bytes));
    const watchdog = mcu.peripherals[WATCHDOG] as unknown as { onWatchdogTrigger: () => void };
    watchdog.onWatchdogTrigger = () => {
      this.stopped = true;
      onReset();
    };
    this.limitSending();
    this.boot();
  }

  /** Bytes that were lost because the UART was full. */
  get lostBytes(): number {
    return this.uart.lostBytes;
  }

  /** Cycles since the reset. */
  get cycles(): number {
    return this.clock.cycles;
  }

  /** True if nothing happens until a byte arrives. */
  get idle(): boolean {
    return this.stopped || (this.asleep && this.isQuiet);
  }

  /** True if nothing is still to arrive. */
  private get isQuiet(): boolean {
    return this.incoming.length === 0 && (this.host?.idle ?? true);
  }

  /** Bytes that are still to arrive. */
  get pending(): number {
    return this.incoming.length;
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.incoming.push(byte);
  }

  /** Returns the bytes that were sent since the last call. */
  sent(): Uint8Array {
    const bytes = Uint8Array.from(this.outgoing);
    this.outgoing = [];
    return bytes;
  }

  /** Returns the bytes that were sent over USB since the last call. */
  sentByUsb(): Uint8Array {
    const bytes = concat(this.usbOutgoing);
    this.usbOutgoing = [];
    return bytes;
  }

  /** Runs for this number of cycles, or until the chip is idle. */
  run(cycles: number): void {
    const { clock } = this;
    const end = clock.cycles + cycles;
    while (clock.cycles < end && !this.stopped) {
      if (this.mcu.core.waiting) {
        if (!this.wakes()) return;
      } else this.execute();
      if (clock.cycles >= clock.due) clock.ring();
      if (clock.cycles >= this.nextByte && this.incoming.length > 0) this.feed();
      if (this.host !== undefined && clock.cycles >= this.host.next) this.host.step(clock.cycles);
    }
  }

  /** Executes several instructions: checking the clock after each one would take longer than they do. */
  private execute(): void {
    const { clock } = this;
    const { core } = this.mcu;
    this.asleep = false;
    for (let i = 0; i < INSTRUCTIONS_AT_ONCE && !core.waiting; i++) {
      clock.cycles += core.executeInstruction();
      if (!this.flash.readable && core.PC >>> 24 === 0x10) {
        throw emulationError(
          `The Pico's firmware ran from flash while flash was not readable, at 0x${core.PC.toString(16)}.`,
        );
      }
    }
  }

  /** Wakes a sleeping chip, or advances the time to the next possible interrupt. Returns false if there is none. */
  private wakes(): boolean {
    const { clock } = this;
    const { core } = this.mcu;
    if (core.checkForInterrupts()) {
      core.waiting = false;
      return true;
    }
    this.asleep = true;
    if (this.isQuiet) return false;
    const { cycles } = clock;
    clock.cycles = Math.max(cycles, Math.min(this.nextArrival, clock.due));
    this.asleepCycles += clock.cycles - cycles;
    return true;
  }

  /** The time of the next byte of the UART or packet of USB. */
  private get nextArrival(): number {
    return Math.min(
      this.incoming.length > 0 ? this.nextByte : Number.POSITIVE_INFINITY,
      this.host === undefined || this.host.idle ? Number.POSITIVE_INFINITY : this.host.next,
    );
  }

  private feed(): void {
    if (this.untilBurst <= 0 && this.incoming.length >= BURST_BYTES) {
      this.untilBurst = this.burstEvery;
      for (const byte of this.incoming.splice(0, BURST_BYTES)) this.uart.receive(byte);
    } else if (this.paced) {
      this.nextByte = Math.max(this.nextByte, this.clock.cycles - this.byteCycles) + this.byteCycles;
      this.receiveNext();
    } else {
      this.nextByte = this.clock.cycles + FEED_CYCLES;
      if (!this.uart.full) this.receiveNext();
    }
  }

  private receiveNext(): void {
    this.untilBurst--;
    this.uart.receive(this.incoming.shift() as number);
  }

  private get byteCycles(): number {
    return (BYTE_BITS * PICO_HZ) / this.mcu.uart[0].baudRate;
  }

  private onByte(byte: number): void {
    this.outgoing.push(byte);
    if (this.paced) this.sentAt = Math.max(this.sentAt, this.clock.cycles) + this.byteCycles;
  }

  /** The emulated UART sends at once. This reports it as full for as long as a real one. */
  private limitSending(): void {
    if (!this.paced) return;
    const uart = this.mcu.peripherals[UART0];
    const read = uart.readUint32.bind(uart);
    uart.readUint32 = (offset) => {
      const full = offset === 0x18 && this.sentAt - this.clock.cycles > FIFO_BYTES * this.byteCycles;
      return read(offset) | (full ? 1 << 5 : 0);
    };
  }

  /** Starts like the chip's ROM after a reset. */
  private boot(): void {
    const { core, sram } = this.mcu;
    const boot = this.flashBytes.subarray(0, BOOT_BYTES);
    if (crc(boot) !== 0) {
      throw emulationError(
        'The Pico does not start from this image: the checksum of its first 256 bytes is wrong; build it again ' +
          'with `npm run firmware -- pico`.',
      );
    }
    sram.set(boot, BOOT_ADDRESS - 0x20000000);
    core.PC = BOOT_ADDRESS;
    core.SP = BOOT_ADDRESS;
    core.LR = 0;
  }

  private onBreak(code: number): void {
    const { registers } = this.mcu.core;
    const call = romCall(code);
    if (call === undefined) throw emulationError(`The Pico's firmware stopped at breakpoint ${code}.`);
    if (call === 'lookup') registers[0] = romAddress(registers[1]);
    else if (call === 'busy') registers[0] = this.waitForFlash() ? 1 : 0;
    else this.flash.call(call);
  }

  /** Advances the time until flash is ready, or a byte or packet arrives. Returns whether flash is still busy. */
  private waitForFlash(): boolean {
    const { clock } = this;
    const interruption = Math.min(clock.due, this.nextArrival);
    clock.cycles = Math.max(clock.cycles, Math.min(this.flash.busyUntil, interruption));
    return clock.cycles < this.flash.busyUntil;
  }
}

/** Returns CRC-32, highest bit first and not inverted: 0 for bytes that end with their own checksum. */
function crc(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    // The checksum itself is a little-endian word.
    const byte = i < BOOT_BYTES - 4 ? bytes[i] : view.getUint8(2 * BOOT_BYTES - 5 - i);
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  }
  return sum >>> 0;
}

/** rp2040js reports an error where hardware faults, and a warning for what it does not emulate. */
function silent(onError: (message: string) => void) {
  const nothing = () => {};
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (_component: string, message: string) => onError(message),
  };
}
