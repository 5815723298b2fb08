/** What a firmware is made of besides its port: the same for every board and every compiler. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const core = join(root, 'firmware/core');

/** Where firmware/tools/fetch-interpreter.mjs puts the interpreter. */
export const INTERPRETER_DIR = join(root, 'build/interpreter/wasm3');

/** Our own C. */
export const CORE_SOURCES = [
  'arena',
  'bank',
  'budget',
  'cobs',
  'crc32',
  'firmware',
  'flash',
  'frame-reader',
  'frame-writer',
  'image',
  'imports',
  'in-place',
  'interpreter',
  'layer',
  'layer-pixel',
  'log',
  'maxima',
  'pair-log',
  'put',
  'record-reader',
  'runner',
  'sha256',
  'stack',
  'store',
  'sums',
  'weights',
  'window',
].map((name) => join(core, `${name}.c`));

/** Our own C where an engine is built in: without what is for an interpreter. */
export const BUILT_IN_CORE_SOURCES = [
  ...CORE_SOURCES.filter((path) => !/\/(arena|interpreter)\.c$/.test(path)),
  join(core, 'compiled.c'),
];

/** Of our own C, what a board has loops in that count: the rest is built for size there. */
export const FAST_SOURCES = ['crc32', 'put', 'sha256', 'sums'].map((name) => join(core, `${name}.c`));

/** Where a board without an operating system starts. */
export const MAIN_SOURCE = join(core, 'main.c');

/** The interpreter; m3_compile.c comes in through ours. */
export const INTERPRETER_SOURCES = [
  join(core, 'wasm3-compile.c'),
  ...['m3_bind', 'm3_code', 'm3_emit', 'm3_env', 'm3_exec', 'm3_function', 'm3_module', 'm3_parse'].map(
    (name) => join(INTERPRETER_DIR, `${name}.c`),
  ),
];

const CORE_OF_INTERPRETER = join(INTERPRETER_DIR, 'm3_core.c');

/** Arguments for our own C, with any compiler that takes GCC's. */
export const CORE_FLAGS = [
  '-std=c11',
  '-pedantic',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-DNDEBUG',
  `-I${core}`,
  '-isystem',
  INTERPRETER_DIR,
];

/** Arguments for the interpreter, which is not ours to warn about, and whose i32.sub counts on numbers that wrap round. */
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

/** Arguments for C that `bd-edge compile` wrote: for speed, also where the rest is built for size. */
export const BUILT_IN_FLAGS = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-O2'];

/**
 * What a firmware consists of, in groups.
 *
 * @param {string} [engine] an engine that `bd-edge compile --build board` wrote, engine.c with engine.h beside it, to be built in
 * @returns {{ group: string, sources: string[], flags: string[] }[]}
 */
export function firmwareParts(engine) {
  if (engine === undefined) {
    return [
      { group: 'core', sources: CORE_SOURCES, flags: CORE_FLAGS },
      { group: 'interpreter', sources: INTERPRETER_SOURCES, flags: INTERPRETER_FLAGS },
      // Its header has been included by then (wasm3-operations.h), and so has to define what this file is to define.
      {
        group: 'interpreter',
        sources: [CORE_OF_INTERPRETER],
        flags: [...INTERPRETER_FLAGS, '-DM3_IMPLEMENT_ERROR_STRINGS='],
      },
    ];
  }
  const flags = [...CORE_FLAGS, '-DBOARD_BUILT_IN_ENGINE', `-I${dirname(engine)}`];
  return [
    { group: 'core', sources: BUILT_IN_CORE_SOURCES, flags },
    { group: 'engine', sources: [engine], flags: BUILT_IN_FLAGS },
  ];
}
