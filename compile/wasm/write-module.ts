import { type Bytes, flatten, name, s32, sized, u32, vector } from './bytes.js';
import { reachable } from './leave-out.js';
import {
  type BodyPart,
  CALL,
  END,
  EXPORT,
  type Function,
  type Global,
  I32_CONST,
  type Module,
  PREAMBLE,
  SECTION,
} from './module.js';

export interface ModuleSettings {
  /** The size of memory in pages of 64 KiB; it cannot grow. */
  pages: number;
  /** The function that runs when the module is instantiated. */
  start?: Function;
}

/**
 * Encodes a module with the exported functions, the functions that are reachable from them, and the globals that these
 * use. Its memory is exported as `memory`.
 */
export function writeModule(
  { functions: exported, segments }: Module,
  { pages, start }: ModuleSettings,
): Uint8Array<ArrayBuffer> {
  const functions = [...reachable([...exported.values(), ...(start ? [start] : [])])];
  const globals = [...new Set(functions.flatMap((f) => f.body.flatMap(globalOf)))];
  const signatures = [...new Map(functions.map((f) => [keyOf(f), f.signature])).values()];
  const signatureNumbers = new Map([...new Set(functions.map(keyOf))].map((key, i) => [key, i]));
  const functionNumbers = new Map(functions.map((f, i) => [f, i]));
  const globalNumbers = new Map(globals.map((global, i) => [global, i]));

  const number = <T>(numbers: Map<T, number>, what: T): Bytes => u32(numbers.get(what) as number);
  const instruction = (part: BodyPart): Bytes => {
    if (typeof part === 'number' || !('call' in part || 'global' in part)) return part;
    if ('call' in part) return [CALL, number(functionNumbers, part.call)];
    return [part.opcode, number(globalNumbers, part.global)];
  };

  return flatten([
    PREAMBLE,
    section(
      SECTION.type,
      signatures.map(({ parameters, results }) => [0x60, sized(parameters), sized(results)]),
    ),
    section(
      SECTION.function,
      functions.map((f) => number(signatureNumbers, keyOf(f))),
    ),
    section(SECTION.memory, [[1, u32(pages), u32(pages)]]),
    section(
      SECTION.global,
      globals.map((global) => global.declaration),
    ),
    section(SECTION.export, [
      [name('memory'), EXPORT.memory, 0],
      ...[...exported].map(([text, f]) => [name(text), EXPORT.function, number(functionNumbers, f)]),
    ]),
    start ? [SECTION.start, sized(number(functionNumbers, start))] : [],
    section(
      SECTION.code,
      functions.map((f) => sized(f.body.map(instruction))),
    ),
    section(
      SECTION.data,
      segments.map(({ address, bytes }) => [0, I32_CONST, s32(address), END, sized(bytes)]),
    ),
  ]);
}

/** Encodes a section, or nothing if it has no elements. */
function section(id: number, elements: Bytes[]): Bytes {
  return elements.length === 0 ? [] : [id, sized(vector(elements))];
}

function globalOf(part: BodyPart): Global[] {
  return typeof part === 'object' && 'global' in part ? [part.global] : [];
}

function keyOf({ signature: { parameters, results } }: Function): string {
  return `${parameters}:${results}`;
}
