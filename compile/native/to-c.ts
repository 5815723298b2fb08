import { classNamesMacro } from '../class-names-macro.js';
import type { CompiledModel } from '../compile.js';
import { identifier, title } from '../names.js';
import { MODULE_NAME, takeModule } from './module-code.js';
import { RUNTIME } from './runtime.js';
import { wasm2c } from './wasm2c.js';

export interface COptions {
  /** The name of both files, without their ending. Identifiers begin with it; other characters become underscores. */
  name: string;
}

/** C11 code without a WebAssembly runtime; it calls `memcpy` and `memset` only. */
export interface CFiles {
  /** The text of `NAME.h`. */
  header: string;
  /** The text of `NAME.c`, which includes `NAME.h`. */
  source: string;
}

const PAGE_BYTES = 65536;

/**
 * Generates C code of a compiled network with its engine and memory: `NAME_input()`, `NAME_run()`, `NAME_logits()`.
 * Runs in Node only.
 *
 * @throws {UsageError} code `invalid-c-name` if `name` cannot become a C identifier
 * @throws {MissingDependencyError} if wabt is missing or of another release
 */
export async function toC(compiled: CompiledModel, { name }: COptions): Promise<CFiles> {
  const prefix = identifier(name);
  const macros = prefix.toUpperCase();
  const { code } = takeModule(await wasm2c(compiled.wasm, MODULE_NAME));
  const { model, memoryBytes } = compiled;
  const { height, width, channels } = model.input;
  const last = model.tensors[model.ops.length];
  const header = `/* ${title(model)}. Integers only, no WebAssembly, nothing allocated. */
#ifndef ${macros}_H
#define ${macros}_H
#include <stdint.h>

#define ${macros}_INPUT_HEIGHT ${height}
#define ${macros}_INPUT_WIDTH ${width}
#define ${macros}_INPUT_CHANNELS ${channels}
#define ${macros}_INPUT_BYTES ${height * width * channels}
#define ${macros}_LOGITS ${last.height * last.width * last.channels}
#define ${macros}_MEMORY_BYTES ${memoryBytes} /* of RAM */
${classNamesMacro(model, macros)}
#ifdef __cplusplus
extern "C" {
#endif

/* Returns the address of the image: ${macros}_INPUT_BYTES bytes, channels last, 0 to 255. Write all of it before each run. */
uint8_t *${prefix}_input(void);
/* Runs the network. Returns the index of the largest logit, the first of equals. */
uint32_t ${prefix}_run(void);
/* Returns the ${macros}_LOGITS logits of the last run. */
const int32_t *${prefix}_logits(void);

#ifdef __cplusplus
}
#endif

#endif
`;
  const source = `/* ${title(model)}; C by wasm2c. */
#include "${name}.h"

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
