import { ENGINE_ABI } from '../../sdk/index.js';
import { concat } from '../link/bytes.js';

const I32 = 0x7f;
const UNREACHABLE = [0x00];

/** What an engine exports: how many parameters, and what the function does. */
const FUNCTIONS: Record<string, { parameters: number; body: number[]; returns: boolean }> = {
  abi: answering(0, ENGINE_ABI),
  reserve: answering(1, 1024),
  loadModel: answering(1, 0),
  memoryUsed: answering(0, 2048),
  opCount: answering(0, 1),
  tensorAddress: answering(1, 2048),
  tensorSize: answering(1, 36),
  run: { parameters: 0, body: UNREACHABLE, returns: false },
};

function answering(parameters: number, value: number) {
  return { parameters, body: [0x41, ...signed(value)], returns: true };
}

/** A wasm module that passes for an engine, accepts any model with an image of 36 bytes, and traps when it runs. */
export function trappingEngine(): Uint8Array {
  const functions = Object.entries(FUNCTIONS);
  const types = functions.map(([, { parameters, returns }]) => [
    0x60,
    ...vector(Array(parameters).fill([I32])),
    ...vector(returns ? [[I32]] : []),
  ]);
  const exports = functions.map(([name], i) => [...text(name), 0x00, i]);
  const bodies = functions.map(([, { body }]) => sized([0x00, ...body, 0x0b]));
  return concat(
    [
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, types),
      section(
        3,
        functions.map((_, i) => [i]),
      ),
      section(5, [[0x00, 0x01]]),
      section(7, [...exports, [...text('memory'), 0x02, 0x00]]),
      section(10, bodies),
    ].map((part) => Uint8Array.from(part)),
  );
}

const section = (id: number, items: number[][]) => [id, ...sized(vector(items))];
const vector = (items: number[][]) => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: number[]) => [...unsigned(bytes.length), ...bytes];
const text = (name: string) => sized([...new TextEncoder().encode(name)]);

/** LEB128, as wasm writes integers. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
