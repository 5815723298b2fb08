import { sha256 } from '@noble/hashes/sha2.js';
import { labelsMacro } from '../c-labels.js';
import type { CompiledModel } from '../compile.js';
import { identifier, title } from '../names.js';
import { RUNTIME } from './runtime.js';
import { type CFunction, declare, MODULE_NAME, takeModule, type Wasm2c } from './wasm2c.js';

/** C11 that needs no WebAssembly runtime and nothing but `memcpy` and `memset`. */
export interface NativeC {
  header: string;
  /** @param headerFile the header's name */
  source: (headerFile: string) => string;
}

const PAGE_BYTES = 65536;

/**
 * A network, its engine and its memory as C: `NAME_input()`, `NAME_run()`, `NAME_logits()`.
 *
 * @param name what the names begin with
 * @throws {CompileError} if no C name can be made of `name`, or wasm2c writes what is not known
 */
export async function modelToNativeC(
  compiled: CompiledModel,
  name: string,
  wasm2c: Wasm2c,
): Promise<NativeC> {
  const prefix = identifier(name);
  const macros = prefix.toUpperCase();
  const { code } = takeModule(await wasm2c(compiled.wasm, MODULE_NAME));
  const { model, memoryBytes } = compiled;
  const { height, width, channels } = model.input;
  const last = model.tensors[model.nodes.length];
  const header = `/* ${title(model, 'aot')}. Integers only, no WebAssembly, nothing allocated. */
#ifndef ${macros}_H
#define ${macros}_H
#include <stdint.h>

#define ${macros}_INPUT_HEIGHT ${height}
#define ${macros}_INPUT_WIDTH ${width}
#define ${macros}_INPUT_CHANNELS ${channels}
#define ${macros}_INPUT_BYTES ${height * width * channels}
#define ${macros}_LOGITS ${last.height * last.width * last.channels}
#define ${macros}_MEMORY_BYTES ${memoryBytes} /* of RAM */
${labelsMacro(model, macros)}
#ifdef __cplusplus
extern "C" {
#endif

/* Where the image goes, ${macros}_INPUT_BYTES bytes, channels last, 0 to 255. To be written whole before each run. */
uint8_t *${prefix}_input(void);
/* Runs the network. Returns the index of the largest logit, the first of equals. */
uint32_t ${prefix}_run(void);
/* The logits of the last run, ${macros}_LOGITS of them. */
const int32_t *${prefix}_logits(void);

#ifdef __cplusplus
}
#endif

#endif
`;
  const source = (headerFile: string) => `/* ${title(model, 'aot')}; C by wasm2c. */
#include "${headerFile}"

#include <stddef.h>
#include <string.h>

#define MEMORY linear_memory
static _Alignas(16) uint8_t linear_memory[${memoryBytes}];
${RUNTIME}
#define wasm_rt_allocate_memory(memory, ...) ((memory)->pages = ${Math.ceil(memoryBytes / PAGE_BYTES)})

${code}
static w2c_code instance;
static int started;

uint8_t *${prefix}_input(void) {
  if (!started) wasm2c_code_instantiate(&instance);
  started = 1;
  return linear_memory + w2c_code_input(&instance);
}

uint32_t ${prefix}_run(void) { return w2c_code_run(&instance); }

const int32_t *${prefix}_logits(void) { return (const int32_t *)(const void *)(linear_memory + w2c_code_logits(&instance)); }
`;
  return { header, source };
}

/** What the engine's functions do, for the header; `docs/aot.md` shows them in use. */
const ENGINE_FUNCTIONS: Readonly<Record<string, [names: string[], text: string]>> = {
  abi: [[], 'The version of these functions.'],
  reserve: [
    ['model_bytes'],
    "Makes room for a model: where its bytes go in the engine's memory, or 0 if there is none.",
  ],
  loadModel: [
    ['model_bytes'],
    'Checks the model and takes it: 0, or what is wrong with it, as docs/format.md has it.',
  ],
  memoryUsed: [[], 'Bytes of memory in use by then. More than there are: the model must not be run.'],
  opCount: [[], 'How many layers the model has.'],
  tensorAddress: [
    ['tensor'],
    "Where a tensor is in the engine's memory: 0 the image, k the output of layer k - 1.",
  ],
  tensorSize: [['tensor'], 'Its bytes.'],
  tensorChecksum: [['tensor'], 'Its CRC-32.'],
  runOp: [['layer'], 'Runs one layer; the ones before it have run.'],
  run: [[], 'Runs all layers on the image in tensor 0.'],
  staticEnd: [[], "The end of the engine's own data."],
};

/**
 * A build of the engine as C, which takes any model: `NAME_start(memory, bytes)`, and the functions of the engine.
 *
 * @param wasm the build; what it imports, the program is asked for by `NAME_import`
 * @throws {CompileError} as `modelToNativeC`
 */
export async function engineToNativeC(wasm: Uint8Array, name: string, wasm2c: Wasm2c): Promise<NativeC> {
  const prefix = identifier(name);
  const macros = prefix.toUpperCase();
  const { code, exports, imports } = takeModule(await wasm2c(wasm, MODULE_NAME));
  const named = (f: CFunction) =>
    declare({ ...f, name: `${prefix}_${f.name}` }, ENGINE_FUNCTIONS[f.name]?.[0]);
  const header = `/* The engine of bd-edge. Integers only, no WebAssembly, nothing allocated. */
#ifndef ${macros}_H
#define ${macros}_H
#include <stdint.h>

/* SHA-256 of the WebAssembly module that it is made of. */
#define ${macros}_SHA256 ${Array.from(sha256(wasm), (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')}

#ifdef __cplusplus
extern "C" {
#endif

/* To be called first, and again to forget everything: so many bytes of memory, aligned to 16, for the engine. */
void ${prefix}_start(void *memory, uint32_t bytes);
${exports.map((f) => `/* ${ENGINE_FUNCTIONS[f.name]?.[1] ?? ''} */\n${named(f)};\n`).join('')}${imports.length > 0 ? IMPORT(prefix) : ''}
#ifdef __cplusplus
}
#endif

#endif
`;
  const source = (headerFile: string) => `/* The engine of bd-edge; C by wasm2c. */
#include "${headerFile}"

#include <stddef.h>
#include <string.h>

#define MEMORY linear_memory
static uint8_t *linear_memory;
static uint32_t linear_pages;
${RUNTIME}
#define wasm_rt_allocate_memory(memory, ...) ((memory)->pages = linear_pages)

${imports.map((f) => adaptor(prefix, f)).join('')}
${code}
static w2c_code instance;

void ${prefix}_start(void *memory, uint32_t bytes) {
  linear_memory = memory;
  linear_pages = (bytes + ${PAGE_BYTES - 1}) / ${PAGE_BYTES};
  memset(memory, 0, bytes);
  wasm2c_code_instantiate(&instance${imports.length > 0 ? ', NULL' : ''});
}

${exports.map((f) => `${named(f)} {${call(f)}}\n`).join('')}`;
  return { header, source };
}

const IMPORT = (prefix: string) => `
/* To be had by the program: does what the engine asks of the kernel of that name (assembly/kernels/board.ts). Arguments
 * are in a row, behind a place for the result where there is one; addresses are in the engine's memory. */
void ${prefix}_import(const char *name, uint64_t *values);
`;

/** What the engine calls in the place of an import. */
function adaptor(prefix: string, { name, parameters, result }: CFunction): string {
  const values = [...(result === 'void' ? [] : ['0']), ...parameters.map((_, i) => `p${i}`)];
  const list = parameters.map((type, i) => `${type} p${i}`).join(', ') || 'void';
  return `static ${result} import_${name}(${list}) {
  u64 values[] = {${values.join(', ')}};
  ${prefix}_import("${name}", values);${result === 'void' ? '' : `\n  return (${result})values[0];`}
}
`;
}

function call({ name, parameters, result }: CFunction): string {
  const values = ['&instance', ...parameters.map((_, i) => ENGINE_FUNCTIONS[name]?.[0][i] ?? `p${i}`)];
  return ` ${result === 'void' ? '' : 'return '}w2c_code_${name}(${values.join(', ')}); `;
}
