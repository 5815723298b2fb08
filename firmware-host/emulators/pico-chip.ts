import type { RP2040 } from 'rp2040js';
import { EmulationError } from './errors.js';
import { PicoClock } from './pico-clock.js';
import { type RomFunction, romAddress, romCall, romImage } from './pico-rom.js';
import { PicoUart } from './pico-uart.js';

export const PICO_HZ = 125_000_000;
export const PICO_FLASH_BYTES = 0x200000;

const BOOT_ADDRESS = 0x20041f00;
const BOOT_BYTES = 256;
const UART0 = 0x40034;
const SSI = 0x18000;
const WATCHDOG = 0x40058;
/** Bits of a byte on the line: start, 8, stop. */
const BYTE_BITS = 10;
const FIFO_BYTES = 32;

/** Typical times of the Pico's flash chip, a W25Q16JV, by its data sheet. */
const ERASE_SECONDS = 0.045;
const ERASE_BLOCK_SECONDS = 0.15;
const PROGRAM_SECONDS = 0.0004;
const SECTOR_BYTES = 4096;
const BLOCK_BYTES = 65536;
const BLOCK_ERASE = 0xd8;
const PAGE_BYTES = 256;

/** Instructions between two looks at what is due. */
const AT_ONCE = 16;

/** How often a line without a rate looks for room in the UART, in cycles. */
const FEED_CYCLES = 200;

/** Bytes of a burst: twice as many as the UART's FIFO holds. */
const BURST_BYTES = 64;

export interface PicoChipOptions {
  /** Lets bytes come and go no faster than the UART's baud rate, in the chip's own time; bytes that it cannot take are lost. */
  paced?: boolean;
  /**
   * After every so many bytes, 64 come at once, as if interrupts had been off for that long: the UART loses some. Default: no
   * such bursts.
   */
  burstEvery?: number;
}

/** One RP2040 from one reset to the next, with its flash. */
export class PicoChip {
  private readonly mcu: RP2040;
  private readonly clock = new PicoClock(1e9 / PICO_HZ);
  private readonly incoming: number[] = [];
  private outgoing: number[] = [];
  private readonly paced: boolean;
  private readonly burstEvery: number;
  private untilBurst: number;
  private readonly uart: PicoUart;
  /** When the next byte may come in, and when the last one will have gone out, in cycles. */
  private nextByte = 0;
  private sentAt = 0;
  private flashBusyUntil = 0;
  /** Whether flash can be read as memory. */
  private readable = false;
  private asleep = false;
  /** Cycles that went by while the processor slept and something was still to come. */
  asleepCycles = 0;
  private stopped = false;
  /**
   * @param flash all of it, which the chip changes
   * @param onReset called when the firmware resets the chip, which does nothing more then
   * @throws {EmulationError} if the flash does not start with a second stage of the boot
   */
  constructor(
    { RP2040: Mcu }: typeof import('rp2040js'),
    private readonly flash: Uint8Array,
    onReset: () => void,
    { paced = false, burstEvery = Number.POSITIVE_INFINITY }: PicoChipOptions = {},
  ) {
    this.paced = paced;
    this.burstEvery = burstEvery;
    this.untilBurst = burstEvery;
    const mcu = new Mcu(this.clock);
    this.mcu = mcu;
    mcu.logger = silent((message) => {
      throw new EmulationError(`The Pico's firmware did what the chip would not do: ${message}.`);
    });
    mcu.loadBootrom(romImage() as Uint32Array<ArrayBuffer>);
    mcu.flash.set(flash);
    mcu.onBreak = (code) => this.onBreak(code);
    mcu.uart[0].onByte = (byte) => this.onByte(byte);
    this.uart = new PicoUart(mcu.uart[0]);
    const watchdog = mcu.peripherals[WATCHDOG] as unknown as { onWatchdogTrigger: () => void };
    watchdog.onWatchdogTrigger = () => {
      this.stopped = true;
      onReset();
    };
    this.watchFlashInterface();
    this.limitSending();
    this.boot();
  }

  /** Bytes that came while the UART was full. */
  get lostBytes(): number {
    return this.uart.lostBytes;
  }

  /** Cycles since the reset. */
  get cycles(): number {
    return this.clock.cycles;
  }

  /** True if nothing happens until a byte comes. */
  get idle(): boolean {
    return this.stopped || (this.asleep && this.incoming.length === 0);
  }

  /** Bytes that are still to come in. */
  get pending(): number {
    return this.incoming.length;
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.incoming.push(byte);
  }

  /** What was sent since the last call. */
  sent(): Uint8Array {
    const bytes = Uint8Array.from(this.outgoing);
    this.outgoing = [];
    return bytes;
  }

  /** Runs for so many cycles, or until the chip is idle. */
  run(cycles: number): void {
    const { clock } = this;
    const end = clock.cycles + cycles;
    while (clock.cycles < end && !this.stopped) {
      if (this.mcu.core.waiting) {
        if (!this.wakes()) return;
      } else this.execute();
      if (clock.cycles >= clock.due) clock.ring();
      if (clock.cycles >= this.nextByte && this.incoming.length > 0) this.feed();
    }
  }

  /** Some instructions: looking for what is due after each of them would take longer than they do. */
  private execute(): void {
    const { clock } = this;
    const { core } = this.mcu;
    this.asleep = false;
    for (let i = 0; i < AT_ONCE && !core.waiting; i++) {
      clock.cycles += core.executeInstruction();
      if (!this.readable && core.PC >>> 24 === 0x10) {
        throw new EmulationError(
          `The Pico's firmware ran from flash while flash could not be read, at 0x${core.PC.toString(16)}.`,
        );
      }
    }
  }

  /** Lets a sleeping chip see its interrupts, or the time pass until there may be one. False if nothing will come. */
  private wakes(): boolean {
    const { clock } = this;
    const { core } = this.mcu;
    if (core.checkForInterrupts()) {
      core.waiting = false;
      return true;
    }
    this.asleep = true;
    if (this.incoming.length === 0) return false;
    const { cycles } = clock;
    clock.cycles = Math.max(cycles, Math.min(this.nextByte, clock.due));
    this.asleepCycles += clock.cycles - cycles;
    return true;
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

  /** The emulated UART sends at once: here it says that it is full for as long as a true one. */
  private limitSending(): void {
    if (!this.paced) return;
    const uart = this.mcu.peripherals[UART0];
    const read = uart.readUint32.bind(uart);
    uart.readUint32 = (offset) => {
      const full = offset === 0x18 && this.sentAt - this.clock.cycles > FIFO_BYTES * this.byteCycles;
      return read(offset) | (full ? 1 << 5 : 0);
    };
  }

  /** Flash is memory again once its interface has been set up for a command that the chip knows, and switched on. */
  private watchFlashInterface(): void {
    const ssi = this.mcu.peripherals[SSI];
    const write = ssi.writeUint32.bind(ssi);
    ssi.writeUint32 = (offset, value) => {
      write(offset, value);
      if (offset !== 0x08 || value !== 1) return;
      const command = ssi.readUint32(0xf4) >>> 24;
      const dual = ((ssi.readUint32(0) >>> 21) & 3) === 1;
      this.readable = (command === 0x03 && !dual) || (command === 0x3b && dual);
    };
  }

  /** What the chip's ROM does after a reset. */
  private boot(): void {
    const { core, sram } = this.mcu;
    const boot = this.flash.subarray(0, BOOT_BYTES);
    if (crc(boot) !== 0) {
      throw new EmulationError(
        'The Pico does not start from this image: the checksum of its first 256 bytes is wrong; build it anew ' +
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
    if (call === undefined) throw new EmulationError(`The Pico's firmware stopped at breakpoint ${code}.`);
    if (call === 'lookup') registers[0] = romAddress(registers[1]);
    else if (call === 'busy') registers[0] = this.waitForFlash() ? 1 : 0;
    else this.callFlash(call);
  }

  /** Lets the time pass until flash is ready or a byte comes, and says whether flash is still busy. */
  private waitForFlash(): boolean {
    const { clock } = this;
    const interruption = Math.min(
      clock.due,
      this.incoming.length > 0 ? this.nextByte : Number.POSITIVE_INFINITY,
    );
    clock.cycles = Math.max(clock.cycles, Math.min(this.flashBusyUntil, interruption));
    return clock.cycles < this.flashBusyUntil;
  }

  private callFlash(call: RomFunction): void {
    const [offset, second, third, fourth] = this.mcu.core.registers;
    switch (call) {
      case 'EX':
        this.readable = false;
        break;
      case 'RE':
        requireUnits('erased', offset, second, SECTOR_BYTES);
        this.store(offset, new Uint8Array(second).fill(0xff));
        this.flashBusyUntil =
          this.clock.cycles +
          eraseSeconds(offset, second, third === BLOCK_BYTES && fourth === BLOCK_ERASE) * PICO_HZ;
        break;
      case 'RP': {
        requireUnits('written', offset, third, PAGE_BYTES);
        const bytes = Uint8Array.from({ length: third }, (_, i) => this.mcu.readUint8(second + i));
        this.store(
          offset,
          bytes.map((byte, i) => byte & this.flash[offset + i]),
        );
        this.flashBusyUntil = this.clock.cycles + (third / PAGE_BYTES) * PROGRAM_SECONDS * PICO_HZ;
        break;
      }
      case 'CX':
        this.readable = true;
    }
  }

  private store(offset: number, bytes: Uint8Array): void {
    if (this.readable)
      throw new EmulationError("The Pico's firmware changes flash without leaving XIP first.");
    this.flash.set(bytes, offset);
    this.mcu.flash.set(bytes, offset);
  }
}

/** As the ROM erases: whole blocks at once if it is told how, and the rest sector by sector. */
function eraseSeconds(offset: number, length: number, byBlocks: boolean): number {
  let seconds = 0;
  for (let at = offset; at < offset + length; ) {
    const block = byBlocks && at % BLOCK_BYTES === 0 && offset + length - at >= BLOCK_BYTES;
    seconds += block ? ERASE_BLOCK_SECONDS : ERASE_SECONDS;
    at += block ? BLOCK_BYTES : SECTOR_BYTES;
  }
  return seconds;
}

function requireUnits(what: string, offset: number, length: number, unit: number): void {
  if (offset % unit === 0 && length % unit === 0 && offset + length <= PICO_FLASH_BYTES) return;
  throw new EmulationError(
    `Flash of the Pico cannot be ${what} at ${offset}, ${length} bytes: its unit is ${unit}.`,
  );
}

/** CRC-32, highest bit first and not inverted: 0 for bytes that end with their own. */
function crc(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    // The checksum itself lies there as a little-endian word.
    const byte = i < BOOT_BYTES - 4 ? bytes[i] : view.getUint8(2 * BOOT_BYTES - 5 - i);
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  }
  return sum >>> 0;
}

/** rp2040js calls an error what hardware would fault at, and only warns of what it does not emulate. */
function silent(onError: (message: string) => void) {
  const nothing = () => {};
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (_component: string, message: string) => onError(message),
  };
}
