import type { RP2040 } from 'rp2040js';
import { emulationError } from './emulation-error.js';
import type { PicoClock } from './pico-clock.js';
import type { RomFunction } from './pico-rom.js';

export const PICO_HZ = 125_000_000;
export const PICO_FLASH_BYTES = 0x200000;

const SSI = 0x18000;
const SSI_DATA = 0x60;
const IO_QSPI = 0x40018;
const SELECT_CONTROL = 0x0c;
const READ_ID = 0x4b;
/** The command and four bytes without a meaning. */
const ID_OFFSET = 5;

/** Typical times of the Pico's flash chip, a W25Q16JV, from its data sheet. */
const ERASE_SECONDS = 0.045;
const ERASE_BLOCK_SECONDS = 0.15;
const PROGRAM_SECONDS = 0.0004;
const SECTOR_BYTES = 4096;
const BLOCK_BYTES = 65536;
const BLOCK_ERASE = 0xd8;
const PAGE_BYTES = 256;

/** The flash chip of an emulated Pico: its contents, its timing, and whether it can be read as memory. */
export class PicoFlash {
  /** Whether flash can be read as memory (XIP). */
  readable = false;
  /** The time at which the current operation ends, in cycles. */
  busyUntil = 0;
  private isSelected = false;

  /**
   * @param bytes the contents, which the chip changes
   * @param id the unique number of the chip, 8 bytes
   */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly mcu: RP2040,
    private readonly clock: PicoClock,
    private readonly id: Uint8Array = Uint8Array.of(0xe6, 0x60, 0x58, 0x38, 0x83, 0x12, 0x34, 0x56),
  ) {
    mcu.flash.set(bytes);
    this.watchInterface();
    this.serveId();
  }

  /** Executes a ROM function on flash, with its arguments in the processor's registers. */
  call(call: RomFunction): void {
    const [offset, second, third, fourth] = this.mcu.core.registers;
    switch (call) {
      case 'EX':
        this.readable = false;
        break;
      case 'RE':
        requireUnits('erased', offset, second, SECTOR_BYTES);
        this.store(offset, new Uint8Array(second).fill(0xff));
        this.busyFor(eraseSeconds(offset, second, third === BLOCK_BYTES && fourth === BLOCK_ERASE));
        break;
      case 'RP': {
        requireUnits('written', offset, third, PAGE_BYTES);
        const bytes = Uint8Array.from({ length: third }, (_, i) => this.mcu.readUint8(second + i));
        this.store(
          offset,
          bytes.map((byte, i) => byte & this.bytes[offset + i]),
        );
        this.busyFor((third / PAGE_BYTES) * PROGRAM_SECONDS);
        break;
      }
      case 'FC':
        this.isSelected = false;
        break;
      case 'CX':
        this.readable = true;
    }
  }

  /** Flash is memory again after its interface was configured for a command that the chip supports, and enabled. */
  private watchInterface(): void {
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

  /** Serves the command 4Bh: four bytes without a meaning, then the id. Other direct commands are not emulated. */
  private serveId(): void {
    let sent: number[] = [];
    let reply = 0;
    const ssi = this.mcu.peripherals[SSI];
    const write = ssi.writeUint32.bind(ssi);
    const read = ssi.readUint32.bind(ssi);
    ssi.writeUint32 = (offset, value) => {
      if (offset !== SSI_DATA) return write(offset, value);
      if (this.readable)
        throw emulationError("The Pico's firmware sends commands to flash without leaving XIP first.");
      sent.push(value);
      const at = sent.length - 1 - ID_OFFSET;
      reply = this.isSelected && sent[0] === READ_ID && at >= 0 ? (this.id[at] ?? 0xff) : 0xff;
    };
    ssi.readUint32 = (offset) => (offset === SSI_DATA ? reply : read(offset));
    const pins = this.mcu.peripherals[IO_QSPI];
    pins.writeUint32 = (offset, value) => {
      if (offset !== SELECT_CONTROL) return;
      this.isSelected = ((value >>> 8) & 3) === 2;
      sent = [];
    };
  }

  private busyFor(seconds: number): void {
    this.busyUntil = this.clock.cycles + seconds * PICO_HZ;
  }

  private store(offset: number, bytes: Uint8Array): void {
    if (this.readable) throw emulationError("The Pico's firmware changes flash without leaving XIP first.");
    this.bytes.set(bytes, offset);
    this.mcu.flash.set(bytes, offset);
  }
}

/** Returns the duration of an erase. The ROM erases whole blocks if told to, and the rest sector by sector. */
function eraseSeconds(offset: number, length: number, byBlocks: boolean): number {
  let seconds = 0;
  for (let at = offset; at < offset + length; ) {
    const block = byBlocks && at % BLOCK_BYTES === 0 && offset + length - at >= BLOCK_BYTES;
    seconds += block ? ERASE_BLOCK_SECONDS : ERASE_SECONDS;
    at += block ? BLOCK_BYTES : SECTOR_BYTES;
  }
  return seconds;
}

function requireUnits(operation: string, offset: number, length: number, unit: number): void {
  if (offset % unit === 0 && length % unit === 0 && offset + length <= PICO_FLASH_BYTES) return;
  throw emulationError(
    `Flash of the Pico cannot be ${operation} at ${offset}, ${length} bytes: its unit is ${unit}.`,
  );
}
