import { ENGINE_ABI } from '@bd-edge/sdk/internal';
import { concat } from '../link/bytes.js';

const I32 = 0x7f;

/** Wasm code of functions without parameters or results. */
export const TRAPS = [0x00];
/** `loop br 0 end` */
export const LOOPS = [0x03, 0x40, 0x0c, 0x00, 0x0b];
/** `call run`, which is the last function. */
export const RECURSES = [0x10, 0x08];
/** `i32.const address i32.load drop` */
export const readsAt = (address: number) => [0x41, ...signed(address), 0x28, 0x02, 0x00, 0x1a];
/** `i32.const value` */
export const answers = (value: number) => [0x41, ...signed(value)];

/** The exports of an engine: the number of parameters, and whether it returns a number. */
const FUNCTIONS = {
  abi: { parameters: 0, returns: true, code: answers(ENGINE_ABI) },
  reserve: { parameters: 1, returns: true, code: answers(1024) },
  loadModel: { parameters: 1, returns: true, code: answers(0) },
  memoryUsed: { parameters: 0, returns: true, code: answers(2048) },
  opCount: { parameters: 0, returns: true, code: answers(1) },
  tensorAddress: { parameters: 1, returns: true, code: answers(2048) },
  // 36 bytes for the image, 40 for the logits.
  tensorSize: {
    ...{ parameters: 1, returns: true },
    code: [...answers(36), ...answers(40), 0x20, 0x00, 0x45, 0x1b],
  },
  runOp: { parameters: 1, returns: false, code: [] },
  run: { parameters: 0, returns: false, code: TRAPS },
};

export interface KernelCall {
  kernel: string;
  values: number[];
  returns?: boolean;
  /** 32-bit words in memory from the start, at an address. */
  data?: { address: number; words: number[] };
}

export interface OddEngineOptions {
  /** The code of some functions. */
  code?: Partial<Record<keyof typeof FUNCTIONS, number[]>>;
  /** A function that is not exported. */
  without?: keyof typeof FUNCTIONS;
  /** Whether the module's start function is `run`. */
  starts?: boolean;
  /** `run` calls this kernel of the board with these values and ignores its result. */
  calls?: KernelCall;
}

/**
 * Returns a wasm module that has the exports of an engine and accepts any model, with an image of 36 bytes and 10 logits. It traps
 * when it runs, unless `code` replaces `run`.
 */
export function oddEngine({ code = {}, without, starts = false, calls }: OddEngineOptions = {}): Uint8Array {
  const functions = Object.entries(FUNCTIONS);
  const types = functions.map(([, { parameters, returns }]) => [
    0x60,
    ...vector(Array(parameters).fill([I32])),
    ...vector(returns ? [[I32]] : []),
  ]);
  // Imported functions come first.
  const shift = calls === undefined ? 0 : 1;
  const imported: number[][] = [];
  if (calls) {
    types.push([0x60, ...vector(calls.values.map(() => [I32])), ...vector(calls.returns ? [[I32]] : [])]);
    imported.push([...text('board'), ...text(calls.kernel), 0x00, functions.length]);
    const dropped = calls.returns ? [0x1a] : [];
    code = { ...code, run: [...calls.values.flatMap(answers), 0x10, 0x00, ...dropped] };
  }
  const exports = functions.flatMap(([name], i) =>
    name === without ? [] : [[...text(name), 0x00, i + shift]],
  );
  const bodies = functions.map(([name, known]) =>
    sized([0x00, ...(code[name as keyof typeof FUNCTIONS] ?? known.code), 0x0b]),
  );
  return concat(
    [
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, types),
      ...(calls ? [section(2, imported)] : []),
      section(
        3,
        functions.map((_, i) => [i]),
      ),
      section(5, [[0x00, 0x01]]),
      section(7, [...exports, [...text('memory'), 0x02, 0x00]]),
      ...(starts ? [[8, ...sized([functions.length - 1 + shift])]] : []),
      section(10, bodies),
      ...(calls?.data ? [section(11, [segment(calls.data)])] : []),
    ].map((part) => Uint8Array.from(part)),
  );
}

const segment = ({ address, words }: { address: number; words: number[] }) => [
  ...[0x00, ...answers(address), 0x0b],
  ...sized([...new Uint8Array(Uint32Array.from(words).buffer)]),
];
const section = (id: number, items: number[][]) => [id, ...sized(vector(items))];
const vector = (items: number[][]) => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: number[]) => [...unsigned(bytes.length), ...bytes];
const text = (name: string) => sized([...new TextEncoder().encode(name)]);

/** Encodes an integer as LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
