import type { RP2040 } from 'rp2040js';

type Uart = RP2040['uart'][number];
/** What rp2040js keeps to itself: there is no other way to know whether a byte would be lost. */
interface Inside {
  rxFIFO: { full: boolean; empty: boolean };
  interruptStatus: number;
  checkInterrupts(): void;
}

const DATA = 0x00;
/** The bit beside a byte that says that others were lost before it. */
const DATA_OVERRUN = 1 << 11;
/** Raw interrupt status. */
const OVERRUN = 1 << 10;

/**
 * The receiving end of an emulated PL011, with the overrun that rp2040js does not have: it keeps bytes from a full FIFO in
 * silence. As ARM's manual of the PL011 has it (DDI 0183, 2.4 and 3.3): a byte that comes while the FIFO is full is lost and
 * raises the overrun interrupt, whose raw status stays until it is cleared; the next byte that finds room bears the overrun
 * bit, bit 11 of what is read.
 */
export class PicoUart {
  /** Bytes that came while the FIFO was full. */
  lostBytes = 0;
  private readonly inside: Inside;
  private lost = false;
  /** For each byte in the FIFO: whether others were lost before it. */
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

  /** A byte comes in, whether there is room or not. */
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
