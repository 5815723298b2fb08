import type { Model } from '@bd-edge/sdk/internal';
import {
  alignUp,
  boardScratchBytes,
  parseModel,
  planArena,
  referenceLogits,
  tensorBytes,
  usefulScratchBytes,
} from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';
import { title } from '../names.js';
import { classNameFunction } from './class-names.js';
import kernelSources from './kernel-sources.generated.js';
import { type OpConstants, opConstants } from './op-constants.js';
import { TEST_IMAGES, testImage } from './test-images.js';

/** A network as C is written from it. Identifiers begin with `prefix`, macros with `macros`. */
export interface NetworkCode {
  model: Model;
  prefix: string;
  macros: string;
  ops: OpConstants[];
  plan: ReturnType<typeof planArena>;
  /** Bytes of scratch memory of each op. */
  scratch: number[];
  /** Whether the code is small instead of fast. */
  small: boolean;
  /** Bytes of constants, on a 32-bit processor. The code comes on top. */
  constantBytes: number;
  /** Bytes of the largest op's weights and parameters, which `IS_FLASH_APART` of firmware/kernels/in-flash.h needs. */
  copyBytes: number;
  classNames: { prototype: string; definition: string };
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
  'network_share',
  'network_test',
];

/** Bytes of `struct op_constants` and `struct network_constants` where pointers have 4 bytes. */
const OP_BYTES = 48;
const NETWORK_BYTES = 32;

/**
 * Reads what C code of a network needs from a `.bdm`.
 *
 * @param small small code instead of fast code, without faster kernels for the same ops
 * @throws {ModelError} if the buffer is not a valid model
 */
export function networkCode(bytes: Uint8Array, prefix: string, small = false): NetworkCode {
  const model = parseModel(bytes);
  const scratch = model.ops.map(({ kind }, index) =>
    small && kind === 'int8-convolution' ? boardScratchBytes(model, index) : usefulScratchBytes(model, index),
  );
  const ops = opConstants(bytes, model);
  const sizes = ops.map(({ weights, parameters }) => weights.length + parameters.length);
  const constantBytes =
    NETWORK_BYTES +
    sizes.reduce((sum, size) => sum + OP_BYTES + size, 0) +
    TEST_IMAGES * tensorBytes(model.tensors[ops.length]);
  return {
    model,
    prefix,
    macros: prefix.toUpperCase(),
    ops,
    plan: planArena(model.tensors, model.ops, scratch),
    scratch,
    small,
    constantBytes,
    copyBytes: Math.max(...sizes),
    classNames: classNameFunction(model, prefix),
  };
}

/** Returns the functions of firmware/kernels that the code of a network calls. */
export function calledFunctions({ ops }: NetworkCode): string[] {
  return [...new Set(ops.map(({ fields }) => ROW_FUNCTIONS[fields.opcode])), ...NETWORK_FUNCTIONS];
}

/** Returns the number of words that a kernel remembers from row to row, as firmware/kernels/layer.h defines it. */
export function stateWords(): number {
  return Number(/LAYER_STATE_WORDS = (\d+)/.exec(kernelSources['layer.h'])?.[1]);
}

/** What the headers of both forms of a network differ in. */
export interface HeaderOptions {
  /** The definition of `struct PREFIX`. */
  struct: string;
  /** More lines of macros. */
  macros?: string;
  /** More declarations. */
  declarations?: string;
}

/** Returns the header of a network. */
export function networkHeader(code: NetworkCode, options: HeaderOptions): string {
  const { model, prefix, macros, constantBytes, classNames } = code;
  const { height, width, channels } = model.input;
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
${arenaMacro(code)}
#define ${macros}_FLASH_BYTES ${constantBytes} /* of constants; the code comes on top */
${options.macros ?? ''}
${options.struct}
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
${classNames.prototype}/* Returns the score of a class of a finished run in 1/1000. The scores of all classes sum to about 1000. */
uint16_t ${prefix}_score(const struct ${prefix} *run, uint32_t class_index);
${options.declarations ?? ''}/* Runs ${TEST_IMAGES} test images. Returns the number of logits that differ from the expected ones: 0 if all is well. */
uint16_t ${prefix}_self_test(struct ${prefix} *run);

#ifdef __cplusplus
}
#endif

#endif
`;
}

/**
 * Returns the macro of the arena's size. Where `IS_FLASH_APART` of firmware/kernels/in-flash.h can be set, it has room for
 * the constants of one op. C++ has no address spaces, so that the condition is simpler here.
 */
function arenaMacro({ macros, plan, copyBytes }: NetworkCode): string {
  const name = `${macros}_ARENA_BYTES`;
  return `#if defined(__AVR__) && !(defined(BD_EDGE_FLASH) && BD_EDGE_FLASH == 0)
#define ${name} ${alignUp(plan.bytes + copyBytes)} /* of RAM; a multiple of 16 */
#else
#define ${name} ${plan.bytes} /* of RAM; a multiple of 16 */
#endif`;
}

/** Returns the names of macros of the public header. */
export function networkMacros({ macros }: NetworkCode): { arena: string } {
  return { arena: `${macros}_ARENA_BYTES` };
}

function logitCount(model: Model): number {
  const { height, width, channels } = model.tensors[model.ops.length];
  return height * width * channels;
}

/** Returns the constants of a network: `constants`, and what it points to. */
export function networkConstants({ model, ops, plan, scratch }: NetworkCode): string {
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
  const score = scoreFactor(model.outputScale);
  return `${arrays.join('')}static const IN_FLASH struct op_constants ops[] = {
${records.join('')}};

static const IN_FLASH int32_t test_logits[] = {
${wrapped(logits.map(String), '    ')}};

static const IN_FLASH struct network_constants constants = {
    .ops = ops,
    .op_count = ${ops.length},
    .height = ${height},
    .width = ${width},
    .channels = ${channels},
    .image = ${plan.offsets[0]},
    .copies = ${plan.bytes},
    .score_factor = ${score.factor},
    .score_shift = ${score.shift},
    .test_logits = test_logits,
};
`;
}

/** Returns factor / 2^shift, close to 65536 * log2(e) * scale: see `network_share` in firmware/kernels/run-network.c. */
function scoreFactor(scale: number): { factor: number; shift: number } {
  const wanted = 65536 * Math.LOG2E * scale;
  const shift = Math.min(Math.max(30 - Math.floor(Math.log2(wanted)), 0), 63);
  return { factor: Math.min(Math.round(wanted * 2 ** shift), 2 ** 31 - 1), shift };
}

/** Returns the definition of an array of words from their bytes. */
function arrayOf(name: string, bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = Array.from({ length: bytes.length / layout.WORD_BYTES }, (_, i) =>
    hexadecimal(view.getUint32(i * layout.WORD_BYTES, true)),
  );
  return `static const IN_FLASH uint32_t ${name}[] = {\n${wrapped(words, '    ')}};\n\n`;
}

function hexadecimal(word: number): string {
  return word < 10 ? String(word) : `0x${word.toString(16)}`;
}

/** Joins values with commas to lines of at most 110 columns. */
export function wrapped(values: string[], indent: string): string {
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

/** Returns the functions of a network. @param run the expression for the address of its `struct network_run` */
export function networkFunctions({ prefix, classNames }: NetworkCode, run: string): string {
  return `void ${prefix}_init(struct ${prefix} *run, void *arena) {
  memset(run, 0, sizeof *run);
  (${run})->arena = (uint8_t *)arena;
}

uint8_t *${prefix}_input(struct ${prefix} *run) { return network_image(&constants, ${run}); }

uint32_t ${prefix}_run(struct ${prefix} *run) {
  network_advance(&constants, ${run}, UINT32_MAX);
  return network_largest(&constants, ${run});
}

bool ${prefix}_run_some(struct ${prefix} *run, uint32_t rows) { return network_advance(&constants, ${run}, rows); }

const int32_t *${prefix}_logits(const struct ${prefix} *run) { return network_output(&constants, ${run}); }

uint32_t ${prefix}_class_index(const struct ${prefix} *run) { return network_largest(&constants, ${run}); }
${classNames.definition}
uint16_t ${prefix}_score(const struct ${prefix} *run, uint32_t class_index) {
  return network_share(&constants, ${run}, class_index);
}

uint16_t ${prefix}_self_test(struct ${prefix} *run) { return network_test(&constants, ${run}); }
`;
}
