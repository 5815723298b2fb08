// Writes firmware/core/engine-layout.h: the engine's numbers and the struct that it passes to `layer`, for C, from
// assembly/layout.ts. `node firmware/tools/generate-engine-header.mjs`
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const FILE = join(root, 'firmware/core/engine-layout.h');

const CONSTANTS = [
  ...['ENGINE_ABI', 'NATIVE_KERNELS', 'IN_PLACE', 'VALID', 'OUT_OF_MEMORY'],
  ...['INT8_CONVOLUTION', 'BINARY_CONVOLUTION', 'MAX_POOL', 'SUM_POOL'].map((name) => `OPCODE_${name}`),
  ...['U8', 'BITS', 'INT32', 'INT16'].map((name) => `TYPE_${name}`),
  ...['WORD_BITS', 'WORD_BYTES', 'BLOCK_FILTERS'],
  ...['READABLE_TYPES', 'VALID_OUTPUTS_PER_SUM', 'MAX_OUTPUTS_PER_SUM', 'MAX_PLANES', 'MAX_SIZE', 'MAX_WINDOW', 'MAX_SHIFT'],
  ...['MAX_POOLED_CHANNELS', 'FIXED_POINT_WORDS'],
];

/** @param layout what assembly/layout.ts exports */
export function source(layout) {
  const fields = Object.keys(layout)
    .filter((name) => name.startsWith('LAYER_') && name !== 'LAYER_BYTES')
    .sort((a, b) => layout[a] - layout[b]);
  for (const [index, name] of fields.entries()) {
    if (layout[name] !== layout.WORD_BYTES * index)
      throw new Error(`${name} leaves a gap, or is not aligned.`);
  }
  const members = fields.map((name) => name.replace(/^LAYER_/, '').toLowerCase());
  return [
    '/* Made by firmware/tools/generate-engine-header.mjs from assembly/layout.ts: change it there. */',
    '#ifndef BD_EDGE_ENGINE_LAYOUT_H',
    '#define BD_EDGE_ENGINE_LAYOUT_H',
    '#include <stdint.h>',
    '',
    ...CONSTANTS.map((name) => `#define ENGINE_${name.replace(/^ENGINE_/, '')} ${layout[name]}u`),
    '',
    "/** One op, as an engine passes it to the import `layer`. Addresses are the engine's, and nothing is checked. */",
    'struct engine_layer {',
    ...members.map((name) => `  uint32_t ${name};`),
    '};',
    `_Static_assert(sizeof(struct engine_layer) == ${layout.LAYER_BYTES}, "the engine's struct has no padding");`,
    '',
    '#endif',
    '',
  ].join('\n');
}

/** Imports assembly/layout.ts without its types, so that this version of Node can read it. */
async function load() {
  const { default: typescript } = await import('typescript');
  const { ModuleKind, ScriptTarget } = typescript;
  const { outputText } = typescript.transpileModule(readFileSync(join(root, 'assembly/layout.ts'), 'utf8'), {
    compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 },
  });
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, source(await load()));
