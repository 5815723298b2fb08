import { engineWasm, memoryRequirement, UsageError } from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';
import { classNamesMacro } from './class-names-macro.js';
import type { CompiledModel } from './compile.js';
import { identifier, title } from './names.js';

/**
 * The content of the arrays.
 *
 * - `model`: the `.bdm`
 * - `engine`: the `.bdm`, and the engine's wasm in a second array
 * - `module`: the compiled module, which holds engine and model
 */
export type Embedded = 'model' | 'engine' | 'module';

export const EMBEDDED: readonly Embedded[] = ['model', 'engine', 'module'];

export interface CArraysOptions {
  /** The name of the files, without their ending. Identifiers begin with it; other characters become underscores. */
  name: string;
  /** Default: `model`. */
  embed?: Embedded;
}

/** C11 and C++17 text with a network in byte arrays. */
export interface CArrays {
  /** A self-contained header: it defines the arrays as `static const`. */
  singleHeader: string;
  /** The text of `NAME.h`, which declares the arrays. */
  header: string;
  /** The text of `NAME.c`, which includes `NAME.h` and defines the arrays. */
  source: string;
}

/**
 * Generates byte arrays for programs that embed a network. The arrays are aligned as the format requires, so that a
 * program can read a model in place, also from flash.
 *
 * @throws {UsageError} code `invalid-c-name` if `name` cannot become a C identifier, `unknown-embed` if `embed` is not
 *   one of {@link EMBEDDED}
 * @throws {EngineError} if `embed` is `engine` and the engine's file cannot be read
 */
export async function toCArrays(compiled: CompiledModel, options: CArraysOptions): Promise<CArrays> {
  const name = identifier(options.name);
  const arrays = (await arraysOf(compiled, options.embed ?? 'model')).map(({ suffix, ...array }) => ({
    ...array,
    name: `${name}_${suffix}`,
  }));
  const macros = name.toUpperCase();
  const aligned = `${macros}_ALIGNED`;
  const opening = [
    comment(compiled),
    line(`#ifndef ${macros}_H\n#define ${macros}_H`),
    sizes(compiled, macros),
    classNamesMacro(compiled.model, macros),
  ];
  const definitions = (qualifiers: string) => arrays.map((array) => `\n${define(array, qualifiers)}`);
  return {
    singleHeader: [
      ...opening,
      ...arrays.map(length),
      alignment(aligned),
      ...definitions(`${aligned} static`),
      line('\n#endif'),
    ].join(''),
    header: [
      ...opening,
      ...arrays.map(length),
      line('\n#ifdef __cplusplus\nextern "C" {\n#endif\n'),
      ...arrays.map(declare),
      line('\n#ifdef __cplusplus\n}\n#endif\n\n#endif'),
    ].join(''),
    source: [
      comment(compiled),
      `#include "${options.name}.h"\n\n`,
      alignment(aligned),
      ...definitions(aligned),
    ].join(''),
  };
}

interface NamedArray {
  name: string;
  bytes: Uint8Array;
  holds: string;
}

async function arraysOf(
  { wasm, bytes, build }: CompiledModel,
  embed: Embedded,
): Promise<(Omit<NamedArray, 'name'> & { suffix: string })[]> {
  const model = { suffix: 'bdm', bytes, holds: 'The network as .bdm.' };
  if (!EMBEDDED.includes(embed)) {
    throw new UsageError(
      'unknown-embed',
      `Unknown array content "${embed}"; choose one of ${EMBEDDED.join(', ')}.`,
      { received: embed, expected: EMBEDDED },
    );
  }
  if (embed === 'model') return [model];
  if (embed === 'module') {
    return [{ suffix: 'wasm', bytes: wasm, holds: `Network and engine as WebAssembly module (${build}).` }];
  }
  const engine = {
    suffix: 'engine',
    bytes: await engineWasm(build),
    holds: `The engine as WebAssembly module (${build}).`,
  };
  return [model, engine];
}

function comment({ model }: CompiledModel): string {
  return `/* ${title(model)}. */\n`;
}

/** Returns the macros with sizes that a program needs. */
function sizes({ model, build, memoryBytes }: CompiledModel, macros: string): string {
  const { height, width, channels } = model.input;
  const last = model.tensors[model.ops.length];
  const values: [string, number, string][] = [
    ['INPUT_HEIGHT', height, ''],
    ['INPUT_WIDTH', width, ''],
    ['INPUT_CHANNELS', channels, ''],
    ['INPUT_BYTES', height * width * channels, ''],
    ['LOGITS', last.height * last.width * last.channels, ''],
    ['ARENA_BYTES', model.arenaBytes, ''],
    [
      'ENGINE_MEMORY_BYTES',
      memoryRequirement(model, build),
      `linear memory of the ${build} engine with the model`,
    ],
    ['MODULE_MEMORY_BYTES', memoryBytes, `linear memory of the compiled module (${build})`],
  ];
  return `${values
    .map(([suffix, value, note]) => `#define ${macros}_${suffix} ${value}${note && ` /* ${note} */`}\n`)
    .join('')}`;
}

function alignment(macro: string): string {
  return `#ifdef __cplusplus\n#define ${macro} alignas(${layout.SECTION_ALIGNMENT})\n#else\n#define ${macro} _Alignas(${layout.SECTION_ALIGNMENT})\n#endif\n`;
}

function line(text: string): string {
  return `${text}\n`;
}

function length({ name, bytes }: NamedArray): string {
  return `#define ${name.toUpperCase()}_BYTES ${bytes.length}\n`;
}

function declare({ name, bytes, holds }: NamedArray): string {
  return `/* ${holds} */\nextern const unsigned char ${name}[${bytes.length}];\n`;
}

function define(array: NamedArray, qualifiers: string): string {
  const VALUES = 24;
  const lines: string[] = [];
  for (let at = 0; at < array.bytes.length; at += VALUES) {
    lines.push(`  ${array.bytes.subarray(at, at + VALUES).join(',')},\n`);
  }
  return `/* ${array.holds} */\n${qualifiers} const unsigned char ${array.name}[${array.bytes.length}] = {\n${lines.join('')}};\n`;
}
