import { engineWasm, layout, memoryRequirement } from '@bd-edge/sdk/internal';
import { labelsMacro } from './c-labels.js';
import type { CompiledModel } from './compile.js';
import { CompileError } from './errors.js';
import { identifier, title } from './names.js';

/**
 * What the arrays hold.
 *
 * - `model`: the `.bdm` as it is, for who has an engine already
 * - `engine`: the `.bdm`, and the engine's wasm beside it
 * - `module`: the compiled module, engine and model in one
 */
export type Embedded = 'model' | 'engine' | 'module';

export const EMBEDDED: readonly Embedded[] = ['model', 'engine', 'module'];

export interface CSourceOptions {
  /** What the names of arrays and macros begin with; characters that C does not take become underscores. */
  name: string;
  /** Default: `model`. */
  embed?: Embedded;
}

/** C11 and C++ text with a network in it. */
export interface CSource {
  /** A header that needs nothing else: the arrays are `static const` in it. */
  alone: string;
  /** A header that declares the arrays. */
  header: string;
  /** What defines the arrays that `header` declares. @param headerFile the header's name */
  source: (headerFile: string) => string;
}

/**
 * Arrays of bytes for those who embed a network by hand. The arrays are aligned as the format wants it, so that a model
 * can be read in place, from flash too.
 *
 * @throws {CompileError} if no C name can be made of `name`, or `embed` is none of its words
 * @throws {EngineError} if the engine is wanted and its file cannot be read
 */
export async function toC(
  compiled: CompiledModel,
  bytes: Uint8Array,
  options: CSourceOptions,
): Promise<CSource> {
  const name = identifier(options.name);
  const arrays = (await arraysOf(compiled, bytes, options.embed ?? 'model')).map(({ suffix, ...array }) => ({
    ...array,
    name: `${name}_${suffix}`,
  }));
  const macros = name.toUpperCase();
  const aligned = `${macros}_ALIGNED`;
  const opening = [
    comment(compiled),
    line(`#ifndef ${macros}_H\n#define ${macros}_H`),
    sizes(compiled, macros),
    labelsMacro(compiled.model, macros),
  ];
  const definitions = (qualifiers: string) => arrays.map((array) => `\n${define(array, qualifiers)}`);
  return {
    alone: [
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
    source: (headerFile) =>
      [comment(compiled), `#include "${headerFile}"\n\n`, alignment(aligned), ...definitions(aligned)].join(
        '',
      ),
  };
}

interface NamedArray {
  name: string;
  bytes: Uint8Array;
  holds: string;
}

async function arraysOf(
  { wasm, build }: CompiledModel,
  bytes: Uint8Array,
  embed: Embedded,
): Promise<(Omit<NamedArray, 'name'> & { suffix: string })[]> {
  const model = { suffix: 'bdm', bytes, holds: 'The network, a .bdm.' };
  if (!EMBEDDED.includes(embed)) {
    throw new CompileError(`There is no "${embed}" to embed; give one of ${EMBEDDED.join(', ')}.`);
  }
  if (embed === 'model') return [model];
  if (embed === 'module') {
    return [{ suffix: 'wasm', bytes: wasm, holds: `Network and engine, a WebAssembly module (${build}).` }];
  }
  const engine = {
    suffix: 'engine',
    bytes: await engineWasm(build),
    holds: `The engine, WebAssembly (${build}).`,
  };
  return [model, engine];
}

function comment({ model }: CompiledModel): string {
  return `/* ${title(model, 'compile')}. */\n`;
}

/** What a program needs to know before it runs anything. */
function sizes({ model, build, memoryBytes }: CompiledModel, macros: string): string {
  const { height, width, channels } = model.input;
  const last = model.tensors[model.nodes.length];
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
