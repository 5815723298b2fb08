import type { Model } from '@bd-edge/sdk/internal';
import {
  parseModel,
  planArena,
  referenceLogits,
  tensorBytes,
  usefulScratchBytes,
} from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';
import { identifier, title } from '../names.js';
import { amalgamate } from './amalgamate.js';
import { classNameFunction } from './class-names.js';
import kernelSources from './kernel-sources.generated.js';
import { type OpConstants, opConstants } from './op-constants.js';
import { partsHeader } from './parts-macros.js';
import { TEST_IMAGES, testImage } from './test-images.js';

export interface COptions {
  /** The name of both files, without their ending. Identifiers begin with it; other characters become underscores. */
  name: string;
}

export interface CFiles {
  /** The text of `NAME.h`. */
  header: string;
  /** The text of `NAME.c`, which includes `NAME.h`. */
  source: string;
}

/** A network as C99 code, which calls `memcpy` and `memset` only. */
export interface CNetwork extends CFiles {
  /** Bytes of RAM for activations and scratch memory. */
  arenaBytes: number;
  /** Bytes of constants, on a 32-bit processor. The code comes on top. */
  constantBytes: number;
}

/** The function of firmware/kernels that makes a row of output, by opcode. */
const ROW_FUNCTIONS: Readonly<Record<number, string>> = {
  [layout.OPCODE_INT8_CONVOLUTION]: 'int8_convolution_row',
  [layout.OPCODE_BINARY_CONVOLUTION]: 'binary_convolution_row',
  [layout.OPCODE_MAX_POOL]: 'max_pool_row',
  [layout.OPCODE_SUM_POOL]: 'sum_pool_row',
};
const NETWORK_FUNCTIONS = [
  'network_image',
  'network_advance',
  'network_output',
  'network_largest',
  'network_test',
];
/** The struct of firmware/kernels/run-network.h that the generated header defines under the network's name. */
const RUN = /\/\*\*[^*]*\*\/\nstruct network_run {[^}]*};\n+/;

/** Bytes of `struct op_constants` and `struct network_constants` where pointers have 4 bytes. */
const OP_BYTES = 48;
const NETWORK_BYTES = 20;

/**
 * Generates C code of a network from a `.bdm`: its ops, weights and parameters as constants, and the kernels of
 * firmware/kernels that it needs.
 *
 * ```js
 * import { toC } from '@bd-edge/compile';
 *
 * const { header, source, arenaBytes } = toC(await readFile('model.bdm'), { name: 'digits' });
 * ```
 *
 * @throws {ModelError} if the buffer is not a valid model
 * @throws {UsageError} code `invalid-c-name` if `name` cannot become a C identifier
 */
export function toC(bytes: Uint8Array, { name }: COptions): CNetwork {
  const prefix = identifier(name);
  const model = parseModel(bytes);
  const scratch = model.ops.map((_, index) => usefulScratchBytes(model, index));
  const plan = planArena(model.tensors, model.ops, scratch);
  const ops = opConstants(bytes, model);
  const constantBytes =
    NETWORK_BYTES +
    ops.reduce((sum, { weights, parameters }) => sum + OP_BYTES + weights.length + parameters.length, 0) +
    TEST_IMAGES * tensorBytes(model.tensors[ops.length]);
  const network = {
    model,
    prefix,
    macros: prefix.toUpperCase(),
    arenaBytes: plan.bytes,
    constantBytes,
    classNames: classNameFunction(model, prefix),
  };
  return {
    header: headerOf(network),
    source: `${opening(name, model)}
${kernelsOf(model, ops, prefix)}
${constantsOf(model, ops, plan, scratch)}
${functionsOf(network)}`,
    arenaBytes: plan.bytes,
    constantBytes,
  };
}

interface Network {
  model: Model;
  prefix: string;
  macros: string;
  arenaBytes: number;
  constantBytes: number;
  classNames: { prototype: string; definition: string };
}

function headerOf({ model, prefix, macros, arenaBytes, constantBytes, classNames }: Network): string {
  const { height, width, channels } = model.input;
  const stateWords = /LAYER_STATE_WORDS = (\d+)/.exec(kernelSources['layer.h'])?.[1];
  return `/* ${title(model)}. Integers only, nothing allocated, no variables but those that you pass. */
#ifndef ${macros}_H
#define ${macros}_H
#include <stdbool.h>
#include <stdint.h>

#define ${macros}_INPUT_HEIGHT ${height}
#define ${macros}_INPUT_WIDTH ${width}
#define ${macros}_INPUT_CHANNELS ${channels}
#define ${macros}_INPUT_BYTES ${height * width * channels}
#define ${macros}_LOGITS ${logitCount(model)}
#define ${macros}_ARENA_BYTES ${arenaBytes} /* of RAM; a multiple of 16 */
#define ${macros}_FLASH_BYTES ${constantBytes} /* of constants; the code comes on top */

/* A run of the network. The members are private. */
struct ${prefix} {
  uint8_t *arena;
  uint32_t state[${stateWords}];
  uint16_t op, row;
};

#ifdef __cplusplus
extern "C" {
#endif

/* Takes ${macros}_ARENA_BYTES of RAM, aligned to 4. Call it first. Several runs need an arena each. */
void ${prefix}_init(struct ${prefix} *run, void *arena);
/* Returns the address of the image: ${macros}_INPUT_BYTES bytes, channels last, 0 to 255. Write all of it before each
 * run. An unfinished run is discarded. */
uint8_t *${prefix}_input(struct ${prefix} *run);
/* Runs the network, or the rest of it after ${prefix}_run_some. Returns the index of the largest logit, the first of
 * equals. */
uint32_t ${prefix}_run(struct ${prefix} *run);
/* Computes at most \`rows\` rows of outputs. Returns true when the logits are ready. */
bool ${prefix}_run_some(struct ${prefix} *run, uint32_t rows);
/* Returns the ${macros}_LOGITS logits of a finished run. They are valid until the next image is written. */
const int32_t *${prefix}_logits(const struct ${prefix} *run);
/* Returns the index of the largest logit of a finished run. */
uint32_t ${prefix}_class_index(const struct ${prefix} *run);
${classNames.prototype}/* Runs ${TEST_IMAGES} test images. Returns the number of logits that differ from the expected ones: 0 if all is well. */
uint16_t ${prefix}_self_test(struct ${prefix} *run);

#ifdef __cplusplus
}
#endif

#endif
`;
}

function logitCount(model: Model): number {
  const { height, width, channels } = model.tensors[model.ops.length];
  return height * width * channels;
}

function opening(name: string, model: Model): string {
  return `/* ${title(model)}: C99 for little-endian processors. */
#include "${name}.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#error "this code needs a little-endian processor"
#endif
/* GCC reports the explicit conversion of an int16_t to a uint32_t too. */
#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif
#if defined(__OPTIMIZE_SIZE__) && !defined(__clang__)
#define WITHOUT_HIGH_REGISTERS
#endif
/* Most of the time is spent in a few loops: they are worth their size. */
#if defined(__GNUC__) && !defined(__clang__) && (!defined(__OPTIMIZE__) || defined(__OPTIMIZE_SIZE__))
#pragma GCC optimize("O2")
#endif
`;
}

/** Returns the kernels that the ops need, and the functions that run them. */
function kernelsOf(model: Model, ops: OpConstants[], prefix: string): string {
  const roots = new Set(ops.map(({ fields }) => ROW_FUNCTIONS[fields.opcode]));
  const own = {
    'poll.c': 'bool kernel_may_continue(void) { return true; }\n',
    'parts.h': partsHeader(model),
  };
  return amalgamate({ ...kernelSources, ...own }, [...roots, ...NETWORK_FUNCTIONS], [`struct ${prefix}`])
    .replace(RUN, '')
    .replaceAll('struct network_run', `struct ${prefix}`);
}

function constantsOf(
  model: Model,
  ops: OpConstants[],
  plan: ReturnType<typeof planArena>,
  scratch: number[],
): string {
  const arrays = ops.flatMap(({ weights, parameters }, index) => [
    weights.length > 0 ? arrayOf(`weights_${index}`, weights) : '',
    parameters.length > 0 ? arrayOf(`parameters_${index}`, parameters) : '',
  ]);
  const records = ops.map(({ fields, weights, parameters }, index) => {
    const values = {
      row: ROW_FUNCTIONS[fields.opcode],
      weights: weights.length > 0 ? `weights_${index}` : 'NULL',
      parameters: parameters.length > 0 ? `parameters_${index}` : 'NULL',
      output: plan.offsets[index + 1],
      scratch: plan.scratchOffsets[index] ?? 0,
      scratch_bytes: scratch[index],
      ...fields,
    };
    const initializers = Object.entries(values).map(([field, value]) => `.${field} = ${value}`);
    return `    {\n${wrapped(initializers, '        ')}    },\n`;
  });
  const logits = Array.from({ length: TEST_IMAGES }, (_, test) => [
    ...referenceLogits(model, testImage(model, test)),
  ]).flat();
  const { height, width, channels } = model.input;
  return `${arrays.join('')}static const struct op_constants ops[] = {
${records.join('')}};

static const int32_t test_logits[] = {
${wrapped(logits.map(String), '    ')}};

static const struct network_constants constants = {
    .ops = ops,
    .op_count = ${ops.length},
    .height = ${height},
    .width = ${width},
    .channels = ${channels},
    .image = ${plan.offsets[0]},
    .test_logits = test_logits,
};
`;
}

/** Returns the definition of an array of words from their bytes. */
function arrayOf(name: string, bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = Array.from({ length: bytes.length / layout.WORD_BYTES }, (_, i) =>
    hexadecimal(view.getUint32(i * layout.WORD_BYTES, true)),
  );
  return `static const uint32_t ${name}[] = {\n${wrapped(words, '    ')}};\n\n`;
}

function hexadecimal(word: number): string {
  return word < 10 ? String(word) : `0x${word.toString(16)}`;
}

/** Joins values with commas to lines of at most 110 columns. */
function wrapped(values: string[], indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const value of values) {
    if (line.length + value.length + 1 > 110) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${value}, `;
  }
  return `${[...lines, line.trimEnd()].join('\n')}\n`;
}

function functionsOf({ prefix, classNames }: Network): string {
  return `void ${prefix}_init(struct ${prefix} *run, void *arena) {
  memset(run, 0, sizeof *run);
  run->arena = (uint8_t *)arena;
}

uint8_t *${prefix}_input(struct ${prefix} *run) { return network_image(&constants, run); }

uint32_t ${prefix}_run(struct ${prefix} *run) {
  network_advance(&constants, run, UINT32_MAX);
  return network_largest(&constants, run);
}

bool ${prefix}_run_some(struct ${prefix} *run, uint32_t rows) { return network_advance(&constants, run, rows); }

const int32_t *${prefix}_logits(const struct ${prefix} *run) { return network_output(&constants, run); }

uint32_t ${prefix}_class_index(const struct ${prefix} *run) { return network_largest(&constants, run); }
${classNames.definition}
uint16_t ${prefix}_self_test(struct ${prefix} *run) { return network_test(&constants, run); }
`;
}
