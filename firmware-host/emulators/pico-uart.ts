import type { RP2040 } from 'rp2040js';

type Uart = RP2040['uart'][number];
/** Private members of rp2040js: there is no other way to know whether a byte would be lost. */
interface Inside {
  rxFIFO: { full: boolean; empty: boolean };
  interruptStatus: number;
  checkInterrupts(): void;
}

const DATA = 0x00;
/** The bit next to a byte that reports lost bytes before it. */
const DATA_OVERRUN = 1 << 11;
/** Raw interrupt status. */
const OVERRUN = 1 << 10;

/**
 * The receiver of an emulated PL011 with overrun detection, which rp2040js does not have. According to ARM's manual (DDI
 * 0183, 2.4 and 3.3), a byte that arrives while the FIFO is full is lost and raises the overrun interrupt, whose raw status
 * stays until it is cleared. The next byte that is stored has the overrun bit, bit 11.
 */
export class PicoUart {
  /** Bytes that were lost because the FIFO was full. */
  lostBytes = 0;
  private readonly inside: Inside;
  private lost = false;
  /** For each byte in the FIFO, whether bytes were lost before it. */
  private readonly marks: boolean[] = [];

  constructor(private readonly uart: Uart) {
    this.inside = uart as unknown as Inside;
    const read = uart.readUint32.bind(uart);
    uart.readUint32 = (offset) => {
      if (offset !== DATA) return read(offset);
      const value = read(offset);
      return this.marks.shift() ? value | DATA_OVERRUN : value;
    };
  }

  get full(): boolean {
    return this.inside.rxFIFO.full;
  }

  /** Receives a byte, whether or not there is room. */
  receive(byte: number): void {
    if (this.full) {
      this.lostBytes++;
      this.lost = true;
      this.inside.interruptStatus |= OVERRUN;
      this.inside.checkInterrupts();
      return;
    }
    this.marks.push(this.lost);
    this.lost = false;
    this.uart.feedByte(byte);
  }
}
