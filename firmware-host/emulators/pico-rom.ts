// The boot ROM of an emulated RP2040, with the functions that the firmware uses. Each function is a breakpoint, at which
// the emulator does the work, and a return. Section 2.8 of the chip's data sheet describes the real ROM.

const TABLE = 0x100;
const CODE = 0x200;
const BUSY = 0xff;
const LOOKUP = 0;

/** Functions by the two letters of their name. */
const FUNCTIONS = ['IF', 'EX', 'RE', 'RP', 'FC', 'CX'] as const;
export type RomFunction = (typeof FUNCTIONS)[number];

/** `bkpt n`, then `bkpt 255` while the emulator returns 1 in r0, so that interrupts are served meanwhile. */
const body = (number: number) => [0xbe00 | number, 0xbe00 | BUSY, 0x2800, 0xd1fc, 0x4770];
const LOOKUP_BODY = [0xbe00 | LOOKUP, 0x4770];
const BODY_BYTES = 10;

/** Returns the words of the ROM, 16 KB. */
export function romImage(): Uint32Array {
  const bytes = new Uint8Array(0x4000);
  const view = new DataView(bytes.buffer);
  const put = (at: number, halfwords: number[]) => {
    for (const [i, halfword] of halfwords.entries()) view.setUint16(at + 2 * i, halfword, true);
  };
  put(0x10, [0x754d, 0x0201, TABLE, 0, address(LOOKUP)]);
  for (const [i, name] of FUNCTIONS.entries()) put(TABLE + 4 * i, [codeOf(name), address(i + 1)]);
  put(CODE, LOOKUP_BODY);
  for (let i = 1; i <= FUNCTIONS.length; i++) put(CODE + i * BODY_BYTES, body(i));
  return new Uint32Array(bytes.buffer);
}

/** Returns the function of a breakpoint. */
export function romCall(breakpoint: number): RomFunction | 'lookup' | 'busy' | undefined {
  if (breakpoint === BUSY) return 'busy';
  if (breakpoint === LOOKUP) return 'lookup';
  return FUNCTIONS[breakpoint - 1];
}

/** Returns the address of the function with this code (two letters), or 0. */
export function romAddress(code: number): number {
  const found = FUNCTIONS.findIndex((name) => codeOf(name) === code);
  return found < 0 ? 0 : address(found + 1);
}

const codeOf = (name: string) => name.charCodeAt(0) | (name.charCodeAt(1) << 8);
/** The lowest bit is set, which marks Thumb code. */
const address = (number: number) => (CODE + number * BODY_BYTES) | 1;
