/** The sources of the firmware besides its port, the same for every board and compiler. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const core = join(root, 'firmware/core');
const kernels = join(root, 'firmware/kernels');

/** The folder of firmware/tools/fetch-interpreter.mjs. */
export const INTERPRETER_DIR = join(root, 'build/interpreter/wasm3');

/** The kernels, which depend on nothing but the function of may-continue.h. run-network.c is for networks without an engine. */
export const KERNEL_SOURCES = readdirSync(kernels)
  .filter((name) => name.endsWith('.c') && name !== 'run-network.c')
  .map((name) => join(kernels, name));

/** Our own C. */
export const CORE_SOURCES = [
  'arena',
  'bank',
  'budget',
  'cobs',
  'crc32',
  'engines',
  'firmware',
  'flash',
  'frame-reader',
  'frame-writer',
  'image',
  'imports',
  'in-place',
  'interpreter',
  'log',
  'pair-log',
  'record-reader',
  'runner',
  'sha256',
  'stack',
  'store',
  'wasm-body',
  'wasm-reader',
  'wasm-reason',
  'wasm-validate',
].map((name) => join(core, `${name}.c`));

/** Our own C for a built-in engine: without the parts for an interpreter. */
export const BUILT_IN_CORE_SOURCES = [
  ...CORE_SOURCES.filter((path) => !/\/(arena|interpreter|wasm-\w+)\.c$/.test(path)),
  join(core, 'compiled.c'),
];

/** Our own C whose loops determine the speed and are not assembly; the rest is built for size on boards. */
export const FAST_SOURCES = [
  ...['crc32', 'sha256'].map((name) => join(core, `${name}.c`)),
  ...['counters', 'lists', 'transpose', 'windows'].map((name) => join(kernels, `binary-${name}.c`)),
  ...['stream-thresholds', 'sum-pool'].map((name) => join(kernels, `${name}.c`)),
];

/** The entry point of a board without an operating system. */
export const MAIN_SOURCE = join(core, 'main.c');

/** The interpreter; our wasm3-compile.c includes m3_compile.c. */
export const INTERPRETER_SOURCES = [
  join(core, 'wasm3-compile.c'),
  ...['m3_bind', 'm3_code', 'm3_emit', 'm3_env', 'm3_exec', 'm3_function', 'm3_module', 'm3_parse'].map(
    (name) => join(INTERPRETER_DIR, `${name}.c`),
  ),
];

const CORE_OF_INTERPRETER = join(INTERPRETER_DIR, 'm3_core.c');

/** Arguments for our own C, for any compiler with GCC's options. */
export const CORE_FLAGS = [
  '-std=c11',
  '-pedantic',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-DNDEBUG',
  `-I${core}`,
  `-I${kernels}`,
  '-isystem',
  INTERPRETER_DIR,
];

/** Arguments for the interpreter: no warnings, and signed integers wrap, which its i32.sub needs. */
export const INTERPRETER_FLAGS = [
  '-std=gnu11',
  '-w',
  '-fwrapv',
  '-DNDEBUG',
  `-I${INTERPRETER_DIR}`,
  `-I${core}`,
  '-include',
  join(core, 'wasm3-config.h'),
];

/** Arguments for C that `bd-edge compile` writes: for speed, also if the rest is built for size. */
export const BUILT_IN_FLAGS = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-O2'];

/**
 * Returns the parts of a firmware in groups.
 *
 * @param {string} [engine] an engine to build in: engine.c that `bd-edge compile --build board` wrote, with engine.h in its folder
 * @returns {{ group: string, sources: string[], flags: string[] }[]}
 */
export function firmwareParts(engine) {
  if (engine === undefined) {
    return [
      { group: 'core', sources: [...CORE_SOURCES, ...KERNEL_SOURCES], flags: CORE_FLAGS },
      { group: 'interpreter', sources: INTERPRETER_SOURCES, flags: INTERPRETER_FLAGS },
      // wasm3-operations.h has already included its header, so this definition is needed here.
      {
        group: 'interpreter',
        sources: [CORE_OF_INTERPRETER],
        flags: [...INTERPRETER_FLAGS, '-DM3_IMPLEMENT_ERROR_STRINGS='],
      },
    ];
  }
  const flags = [...CORE_FLAGS, '-DBOARD_BUILT_IN_ENGINE', `-I${dirname(engine)}`];
  return [
    { group: 'core', sources: [...BUILT_IN_CORE_SOURCES, ...KERNEL_SOURCES], flags },
    { group: 'engine', sources: [engine], flags: BUILT_IN_FLAGS },
  ];
}
