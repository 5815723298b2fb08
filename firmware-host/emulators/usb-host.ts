import { concat } from '../link/bytes.js';
import { emulationError } from './emulation-error.js';
import type { PicoUsb } from './pico-usb.js';

/** A request on endpoint 0. */
export interface ControlRequest {
  /** bmRequestType: 0x80 for replies, 0x20 for requests of the class, 1 for an interface, 2 for an endpoint. */
  type: number;
  request: number;
  value?: number;
  index?: number;
  /** The maximum length of the reply, or bytes for the device. */
  length?: number;
  bytes?: Uint8Array;
}

/** What a host learns of a serial port by USB. */
export interface UsbDevice {
  device: Uint8Array;
  configuration: Uint8Array;
  manufacturer: string;
  product: string;
  serialNumber: string;
}

/** Waits for the next packet. */
type Steps<T> = Generator<undefined, T, undefined>;

/** Cycles between two packets: a full-speed bus carries 19 packets of 64 bytes in a ms. */
const PACKET_CYCLES = 6_250;
const PACKET_BYTES = 64;
const ADDRESS = 5;
/** The data endpoint of the firmware's descriptors, in both directions. */
const DATA = 2;
/** Packets without a reply after which a device has failed: 5 s, as for Linux. */
const MAX_PACKETS = 100_000;
/** Packets of waiting after a reset of the bus and after a new address. */
const RECOVERY_PACKETS = 40;

const LINE_OPEN = 3;
const LINE_CODING = Uint8Array.of(0, 194, 1, 0, 0, 0, 8);

/**
 * A small USB host for one serial port, in the time of the emulated chip. It enumerates the device like Linux: reset,
 * device descriptor, reset, address, descriptors, texts, configuration. Then it opens the port and carries bytes.
 */
export class UsbHost {
  /** The time of the next packet, in cycles. */
  next = 0;
  /** The device, after it has been enumerated. */
  device?: UsbDevice;
  /** Whether a program on the host takes what the device sends. */
  reads = true;
  /** Whether the cable is plugged in. */
  plugged = true;
  private suspended = false;
  private address = 0;
  private readonly jobs: { steps: Steps<unknown>; done: (value: unknown) => void }[] = [];
  private outgoing: Uint8Array[] = [];
  private turn = false;

  /** @param onData receives what the device sends */
  constructor(
    private readonly usb: PicoUsb,
    private readonly onData: (bytes: Uint8Array) => void,
  ) {
    void this.do(this.enumerate());
  }

  /** True if nothing happens on the bus until the device or the caller does something. */
  get idle(): boolean {
    if (!this.plugged || this.suspended) return true;
    const incoming = this.reads && this.device !== undefined && this.usb.ready(DATA);
    return this.jobs.length === 0 && this.outgoing.length === 0 && !incoming;
  }

  /** Bytes that the device has not taken yet. */
  get unsentBytes(): number {
    return this.outgoing.reduce((sum, { length }) => sum + length, 0);
  }

  send(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PACKET_BYTES)
      this.outgoing.push(bytes.slice(at, at + PACKET_BYTES));
  }

  /** Pulls the cable. A device with its own power notices it as a suspended bus. */
  unplug(): void {
    this.plugged = false;
    this.device = undefined;
    this.outgoing = [];
    this.jobs.length = 0;
    this.usb.suspend();
  }

  /** Plugs the cable in again. */
  plug(): void {
    this.plugged = true;
    void this.do(this.enumerate());
  }

  suspend(): void {
    this.suspended = true;
    this.usb.suspend();
  }

  resume(): void {
    this.suspended = false;
    this.usb.resume();
  }

  /** Resets the bus, and enumerates the device again. */
  reset(): void {
    this.device = undefined;
    this.outgoing = [];
    this.jobs.length = 0;
    void this.do(this.enumerate());
  }

  /** Sends a request. @returns the reply, or `stall` if the device does not support the request */
  request(request: ControlRequest): Promise<Uint8Array | 'stall'> {
    return this.do(this.control(request));
  }

  /** Sets DTR and RTS: a program opens or closes the port. */
  setOpen(open: boolean): Promise<Uint8Array | 'stall'> {
    return this.request({ type: 0x21, request: 0x22, value: open ? LINE_OPEN : 0 });
  }

  /** Carries one packet. @param cycles the time */
  step(cycles: number): void {
    this.next = cycles + PACKET_CYCLES;
    if (!this.plugged || this.suspended) return;
    const [job] = this.jobs;
    if (job !== undefined) {
      const { done, value } = job.steps.next();
      if (done) {
        // A step may have emptied the list.
        if (this.jobs[0] === job) this.jobs.shift();
        job.done(value);
      }
      return;
    }
    if (this.device === undefined) return;
    this.turn = !this.turn;
    if (this.turn) this.sendData();
    else this.receiveData();
  }

  private sendData(): void {
    const [packet] = this.outgoing;
    if (packet !== undefined && this.usb.out(ADDRESS, DATA, packet) === undefined) this.outgoing.shift();
  }

  private receiveData(): void {
    if (!this.reads) return;
    const packet = this.usb.in(ADDRESS, DATA);
    if (typeof packet !== 'string') this.onData(packet);
  }

  private do<T>(steps: Steps<T>): Promise<T> {
    return new Promise((resolve) => {
      this.jobs.push({ steps, done: (value) => resolve(value as T) });
    });
  }

  private *enumerate(): Steps<void> {
    while (!this.usb.attached) yield;
    yield* this.resetBus();
    yield* this.reply({ type: 0x80, request: 6, value: 0x0100, length: PACKET_BYTES });
    yield* this.resetBus();
    yield* this.reply({ type: 0, request: 5, value: ADDRESS });
    this.address = ADDRESS;
    yield* pause();
    const device = yield* this.descriptor(1, 0, 18);
    const [, , low, high] = yield* this.descriptor(2, 0, 9);
    const configuration = yield* this.descriptor(2, 0, low | (high << 8));
    yield* this.descriptor(3, 0, 255);
    const texts = [];
    for (const index of device.subarray(14, 17)) texts.push(textOf(yield* this.descriptor(3, index, 255)));
    yield* this.reply({ type: 0, request: 9, value: 1 });
    for (const out of [false, true]) this.usb.restart(DATA, out);
    yield* this.reply({ type: 0x21, request: 0x20, bytes: LINE_CODING });
    yield* this.reply({ type: 0x21, request: 0x22, value: LINE_OPEN });
    const [manufacturer, product, serialNumber] = texts;
    this.device = { device, configuration, manufacturer, product, serialNumber };
  }

  private *resetBus(): Steps<void> {
    this.usb.reset();
    this.address = 0;
    yield* pause();
  }

  private *descriptor(type: number, index: number, length: number): Steps<Uint8Array> {
    return yield* this.reply({ type: 0x80, request: 6, value: (type << 8) | index, index: 0x0409, length });
  }

  /** Sends a request that every serial port supports. */
  private *reply(request: ControlRequest): Steps<Uint8Array> {
    const reply = yield* this.control(request);
    if (reply === 'stall') throw emulationError(`The firmware refuses the USB request ${request.request}.`);
    return reply;
  }

  private *control({ type, request, value = 0, index = 0, length = 0, bytes }: ControlRequest) {
    const setup = new DataView(new ArrayBuffer(8));
    setup.setUint8(0, type);
    setup.setUint8(1, request);
    setup.setUint16(2, value, true);
    setup.setUint16(4, index, true);
    setup.setUint16(6, bytes?.length ?? length, true);
    const packet = new Uint8Array(setup.buffer);
    yield* attempt(() => this.usb.setup(this.address, packet) || 'none');
    const reply: Uint8Array[] = [];
    if (bytes !== undefined) {
      const refusal = yield* attempt(() => this.usb.out(this.address, 0, bytes) ?? bytes);
      if (refusal === 'stall') return refusal;
    } else if (length > 0) {
      for (let left = length, short = false; left > 0 && !short; ) {
        const part = yield* attempt(() => this.usb.in(this.address, 0));
        if (part === 'stall') return part;
        reply.push(part);
        left -= part.length;
        short = part.length < PACKET_BYTES;
      }
      yield* attempt(() => this.usb.out(this.address, 0, new Uint8Array()) ?? true);
      return concat(reply);
    }
    const status = yield* attempt(() => this.usb.in(this.address, 0));
    return status === 'stall' ? status : concat(reply);
  }
}

/** Repeats a packet until the device is ready. */
function* attempt<T>(send: () => T): Steps<Exclude<T, 'nak' | 'none'>> {
  for (let packets = 0; packets < MAX_PACKETS; packets++) {
    const reply = send();
    yield;
    if (reply !== 'nak' && reply !== 'none') return reply as Exclude<T, 'nak' | 'none'>;
  }
  throw emulationError('The firmware does not reply by USB.');
}

function* pause(): Steps<void> {
  for (let packets = 0; packets < RECOVERY_PACKETS; packets++) yield;
}

const textOf = (descriptor: Uint8Array) => new TextDecoder('utf-16le').decode(descriptor.subarray(2));
