import { identifier } from '../names.js';
import { type CFunction, declare, MODULE_NAME, takeModule } from './module-code.js';
import { RUNTIME } from './runtime.js';
import type { CFiles, COptions } from './to-c.js';
import { wasm2c } from './wasm2c.js';

const PAGE_BYTES = 65536;

/** Parameter names and comments of the engine's functions in the header; docs/compile-c.md shows their use. */
const ENGINE_FUNCTIONS: Readonly<Record<string, [names: string[], text: string]>> = {
  abi: [[], 'Returns the version of these functions.'],
  reserve: [
    ['model_bytes'],
    "Reserves space for a model. Returns its address in the engine's memory, or 0 if there is not enough.",
  ],
  loadModel: [
    ['model_bytes'],
    'Validates the model and loads it. Returns 0, or an error code of docs/format.md.',
  ],
  memoryUsed: [
    [],
    'Returns the bytes of memory that the loaded model needs. Do not run it if that is more than there is.',
  ],
  opCount: [[], 'Returns the number of ops of the model.'],
  tensorAddress: [
    ['tensor'],
    "Returns a tensor's address in the engine's memory: 0 is the image, k the output of op k - 1.",
  ],
  tensorSize: [['tensor'], "Returns a tensor's size in bytes."],
  tensorChecksum: [['tensor'], "Returns a tensor's CRC-32."],
  runOp: [['op'], 'Runs one op; all ops before it must have run.'],
  run: [[], 'Runs all ops on the image in tensor 0.'],
  staticEnd: [[], "Returns the end of the engine's static data."],
};

/**
 * Generates C code of an engine build, which runs any model: `NAME_start(memory, bytes)`, and the engine's functions.
 * Runs in Node only.
 *
 * @param wasm the engine build; the program implements the functions that it imports in `NAME_import`
 * @throws {UsageError} code `invalid-c-name` if `name` cannot become a C identifier
 * @throws {MissingDependencyError} if wabt is missing or of another release
 */
export async function engineToC(wasm: Uint8Array<ArrayBuffer>, { name }: COptions): Promise<CFiles> {
  const prefix = identifier(name);
  const macros = prefix.toUpperCase();
  const { code, exports, imports } = takeModule(await wasm2c(wasm, MODULE_NAME));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', wasm));
  const named = (f: CFunction) =>
    declare({ ...f, name: `${prefix}_${f.name}` }, ENGINE_FUNCTIONS[f.name]?.[0]);
  const header = `/* The engine of bd-edge. Integers only, no WebAssembly, nothing allocated. */
#ifndef ${macros}_H
#define ${macros}_H
#include <stdint.h>

/* SHA-256 of the WebAssembly module that this code was made from. */
#define ${macros}_SHA256 ${Array.from(digest, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')}

#ifdef __cplusplus
extern "C" {
#endif

/* Starts or restarts the engine in the given bytes of memory, aligned to 16. Call it first. */
void ${prefix}_start(void *memory, uint32_t bytes);
${exports.map((f) => `/* ${ENGINE_FUNCTIONS[f.name]?.[1] ?? ''} */\n${named(f)};\n`).join('')}${imports.length > 0 ? IMPORT(prefix) : ''}
#ifdef __cplusplus
}
#endif

#endif
`;
  const source = `/* The engine of bd-edge; C by wasm2c. */
#include "${name}.h"

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
/* Implemented by the program: runs the kernel of that name (assembly/kernels/board.ts). values holds the arguments;
 * if the kernel returns a result, it goes to values[0], and the arguments follow. Addresses are in the engine's memory. */
void ${prefix}_import(const char *name, uint64_t *values);
`;

/** Returns the static function that the engine calls as an import. */
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
