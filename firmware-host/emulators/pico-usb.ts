import type { RP2040 } from 'rp2040js';
import { emulationError } from './emulation-error.js';

/** The reply of a device to a packet: "not ready" (NAK), "not supported" (STALL), or none. */
export type UsbRefusal = 'nak' | 'stall' | 'none';

/** Members of rp2040js's controller that are not in its types. */
interface Controller {
  mainCtrl: number;
  sieCtrl: number;
  sieStatus: number;
  addrEndp: number;
  epStallArm: number;
  DPRAMUpdated(offset: number, value: number): void;
  indicateBufferReady(endpoint: number, out: boolean): void;
  sieStatusUpdated(): void;
  writeUint32(offset: number, value: number): void;
  rawWriteValue: number;
}

const SIE_STATUS = 0x50;
const [SUSPENDED, RESUME, SETUP, BUS_RESET] = [1 << 4, 1 << 11, 1 << 17, 1 << 19];
const PULL_UP = 1 << 16;
const BUFFER_CONTROL = 0x80;
const [FULL, DATA1, STALL, AVAILABLE, LENGTH] = [1 << 15, 1 << 13, 1 << 11, 1 << 10, 0x3ff];
const ENABLED = 1 << 31;
const CONTROL_PACKET = 0x100;
const PACKET_BYTES = 64;

/**
 * The bus side of the RP2040's USB controller, packet by packet, according to section 4.1 of the chip's data sheet. It
 * replaces the one of rp2040js, whose host takes every packet at once: here a buffer stays with the controller until a
 * host asks for it. A buffer with the wrong sequence bit (DATA0, DATA1), which a host would discard, is an error.
 */
export class PicoUsb {
  private readonly controller: Controller;
  private readonly memory: DataView;
  private readonly bytes: Uint8Array;
  /** The sequence bit of the next packet, by the offset of its buffer control. */
  private readonly next = new Map<number, number>();

  constructor(mcu: RP2040) {
    this.controller = mcu.usbCtrl as unknown as Controller;
    this.memory = mcu.usbDPRAMView;
    this.bytes = mcu.usbDPRAM;
    const { controller } = this;
    controller.DPRAMUpdated = () => {};
    const write = controller.writeUint32.bind(controller);
    controller.writeUint32 = (offset, value) => {
      // rp2040js does not let firmware clear this bit.
      if (offset === SIE_STATUS) controller.sieStatus &= ~(controller.rawWriteValue & SUSPENDED);
      write(offset, value);
    };
  }

  /** Whether the device shows itself on the bus. */
  get attached(): boolean {
    return (this.controller.mainCtrl & 1) !== 0 && (this.controller.sieCtrl & PULL_UP) !== 0;
  }

  /** Resets the bus. The device has the address 0 after it has noticed. */
  reset(): void {
    this.next.clear();
    this.signal(BUS_RESET);
  }

  suspend(): void {
    this.signal(SUSPENDED);
  }

  resume(): void {
    this.signal(RESUME);
  }

  /** Sends a setup packet. @returns whether the device has this address; it accepts any such packet */
  setup(address: number, packet: Uint8Array): boolean {
    if (!this.hasAddress(address)) return false;
    this.bytes.set(packet);
    this.controller.epStallArm = 0;
    for (const out of [false, true]) this.next.set(controlOffset(0, out), DATA1);
    this.signal(SETUP);
    return true;
  }

  /** Returns whether the device has a packet to send. */
  ready(endpoint: number): boolean {
    return (this.control(endpoint, false) & AVAILABLE) !== 0;
  }

  /** Asks for a packet. */
  in(address: number, endpoint: number): Uint8Array | UsbRefusal {
    const control = this.controlFor(address, endpoint, false);
    if (typeof control === 'string') return control;
    if ((control & FULL) === 0) throw emulationError('The firmware sends a USB buffer that is not full.');
    const length = control & LENGTH;
    const start = this.packetOffset(endpoint, false);
    this.requireFit(start, length);
    this.finish(endpoint, false, control & ~(AVAILABLE | FULL));
    return this.bytes.slice(start, start + length);
  }

  /** Sends a packet. @returns undefined if the device took it */
  out(address: number, endpoint: number, packet: Uint8Array): UsbRefusal | undefined {
    const control = this.controlFor(address, endpoint, true);
    if (typeof control === 'string') return control;
    if (packet.length > (control & LENGTH)) {
      throw emulationError(
        `The firmware expects at most ${control & LENGTH} of ${packet.length} bytes by USB.`,
      );
    }
    const start = this.packetOffset(endpoint, true);
    this.requireFit(start, packet.length);
    this.bytes.set(packet, start);
    this.finish(endpoint, true, (control & ~(AVAILABLE | LENGTH)) | FULL | packet.length);
    return undefined;
  }

  /** Restarts the sequence of an endpoint, as the request CLEAR_FEATURE and SET_CONFIGURATION do. */
  restart(endpoint: number, out: boolean): void {
    this.next.delete(controlOffset(endpoint, out));
  }

  private signal(status: number): void {
    this.controller.sieStatus |= status;
    this.controller.sieStatusUpdated();
  }

  private hasAddress(address: number): boolean {
    return this.attached && (this.controller.addrEndp & 0x7f) === address;
  }

  private control(endpoint: number, out: boolean): number {
    return this.memory.getUint32(controlOffset(endpoint, out), true);
  }

  /** Returns the control word of a buffer that the controller may use. */
  private controlFor(address: number, endpoint: number, out: boolean): number | UsbRefusal {
    if (!this.hasAddress(address)) return 'none';
    if (endpoint > 0 && !(this.endpointControl(endpoint, out) & ENABLED)) return 'none';
    const control = this.control(endpoint, out);
    if (control & STALL && (endpoint > 0 || this.controller.epStallArm & (out ? 2 : 1))) return 'stall';
    if (!(control & AVAILABLE)) return 'nak';
    const expected = this.next.get(controlOffset(endpoint, out)) ?? 0;
    if ((control & DATA1) !== expected)
      throw emulationError(`The firmware uses the wrong sequence bit on USB endpoint ${endpoint}.`);
    return control;
  }

  private finish(endpoint: number, out: boolean, control: number): void {
    const offset = controlOffset(endpoint, out);
    this.memory.setUint32(offset, control, true);
    this.next.set(offset, (this.next.get(offset) ?? 0) ^ DATA1);
    this.controller.indicateBufferReady(endpoint, out);
  }

  private endpointControl(endpoint: number, out: boolean): number {
    return this.memory.getUint32(8 * endpoint + (out ? 4 : 0), true);
  }

  private packetOffset(endpoint: number, out: boolean): number {
    return endpoint === 0 ? CONTROL_PACKET : this.endpointControl(endpoint, out) & 0xffc0;
  }

  private requireFit(start: number, length: number): void {
    if (start >= CONTROL_PACKET && length <= PACKET_BYTES && start + length <= this.bytes.length) return;
    throw emulationError(`The firmware has a USB buffer of ${length} bytes at ${start}.`);
  }
}

const controlOffset = (endpoint: number, out: boolean) => BUFFER_CONTROL + 8 * endpoint + (out ? 4 : 0);
