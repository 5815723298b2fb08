/**
 * The part of telnet (RFC 854) that RFC 2217 needs: the byte 255 (IAC) starts a command, and 255 in the data is sent
 * twice.
 */
export const SE = 240;
export const SB = 250;
export const WILL = 251;
export const WONT = 252;
export const DO = 253;
export const DONT = 254;
export const IAC = 255;

/** WILL, WONT, DO or DONT. */
export type Negotiation = typeof WILL | typeof WONT | typeof DO | typeof DONT;

/** The bytes of a subnegotiation, option and value together, that a decoder accepts. */
export const MAX_SUBNEGOTIATION_BYTES = 256;

export interface TelnetEvents {
  onNegotiation(command: Negotiation, option: number): void;
  /** @param value without the option, unescaped */
  onSubnegotiation(option: number, value: Uint8Array): void;
  /** Called for each subnegotiation of more than {@link MAX_SUBNEGOTIATION_BYTES}, which is discarded. */
  onOverlong(): void;
}

/** Separates the data of a telnet connection from its commands. Pieces may end anywhere. */
export class TelnetDecoder {
  private state: 'data' | 'iac' | Negotiation = 'data';
  /** The subnegotiation that has begun; `length` counts bytes that do not fit too. */
  private sub?: { bytes: Uint8Array; length: number };

  constructor(private readonly events: TelnetEvents) {}

  /** Returns the data within these bytes. Commands are reported before it returns. */
  push(bytes: Uint8Array): Uint8Array {
    const data = new Uint8Array(bytes.length);
    let length = 0;
    for (const byte of bytes) {
      if (this.state === 'data') {
        if (byte === IAC) this.state = 'iac';
        else if (this.sub) this.keep(byte);
        else data[length++] = byte;
      } else if (this.state === 'iac') {
        this.state = 'data';
        if (byte === IAC) {
          if (this.sub) this.keep(byte);
          else data[length++] = byte;
        } else this.command(byte);
      } else {
        const command = this.state;
        this.state = 'data';
        this.events.onNegotiation(command, byte);
      }
    }
    return data.subarray(0, length);
  }

  private keep(byte: number): void {
    const sub = this.sub as NonNullable<typeof this.sub>;
    if (sub.length < MAX_SUBNEGOTIATION_BYTES) sub.bytes[sub.length] = byte;
    else if (sub.length === MAX_SUBNEGOTIATION_BYTES) this.events.onOverlong();
    sub.length++;
  }

  private command(byte: number): void {
    const { sub } = this;
    // Any command ends a subnegotiation; only SE does so regularly.
    this.sub = undefined;
    if (byte === SB) this.sub = { bytes: new Uint8Array(MAX_SUBNEGOTIATION_BYTES), length: 0 };
    else if (byte >= WILL && byte <= DONT) this.state = byte as Negotiation;
    else if (byte === SE && sub && sub.length > 0 && sub.length <= MAX_SUBNEGOTIATION_BYTES)
      this.events.onSubnegotiation(sub.bytes[0], sub.bytes.subarray(1, sub.length));
  }
}

/** Doubles each byte 255. Returns the same array if there is none. */
export function escapeIac(bytes: Uint8Array): Uint8Array {
  let count = 0;
  for (const byte of bytes) if (byte === IAC) count++;
  if (count === 0) return bytes;
  const escaped = new Uint8Array(bytes.length + count);
  let at = 0;
  for (const byte of bytes) {
    escaped[at++] = byte;
    if (byte === IAC) escaped[at++] = IAC;
  }
  return escaped;
}

/** Returns the bytes of a subnegotiation. */
export const subnegotiation = (option: number, value: readonly number[]): Uint8Array =>
  Uint8Array.of(IAC, SB, option, ...escapeIac(Uint8Array.from(value)), IAC, SE);
