// Builds the firmware of one board: elf, bin, uf2 if the board accepts it, a map, and the sizes.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PORTS } from './boards.mjs';
import { flatten, parseElf } from './elf.mjs';
import { FirmwareError } from './error.mjs';
import { fetchInterpreter } from './fetch-interpreter.mjs';
import { sealBoot } from './rp2040-boot.mjs';
import { formatMap, sizesOf } from './sizes.mjs';
import {
  BUILT_IN_FLAGS,
  CORE_FLAGS,
  FAST_SOURCES,
  firmwareParts,
  INTERPRETER_DIR,
  KERNEL_SOURCES,
  MAIN_SOURCE,
} from './sources.mjs';
import { encodeUf2 } from './uf2.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SHARED = join(PORTS, 'cortex-m');
const ALWAYS_SHARED = ['start.c', 'serial.c', 'memory.c'];
/** Programs that use a port instead of the firmware's core. */
const PROGRAMS = {
  'self-test': { sources: ['firmware/selftest/main.c'], flags: [] },
  bench: {
    sources: [
      ...['main', 'binary', 'int8'].map((name) => `firmware/bench/${name}.c`),
      ...KERNEL_SOURCES.map((path) => relative(root, path)),
    ],
    // The comparison uses the fastest native code, also for boards whose firmware is built for size.
    flags: ['-O2'],
  },
  // Built like the firmware.
  'one-layer': {
    sources: [
      'firmware/bench/one-layer.c',
      ...['crc32', 'stack'].map((name) => `firmware/core/${name}.c`),
      ...KERNEL_SOURCES.map((path) => relative(root, path)),
    ],
    flags: [],
    isFirmware: true,
  },
  network: { sources: ['firmware/bench/network.c', 'firmware/core/stack.c'], flags: ['-O2'] },
};

/**
 * @param {object} options
 * @param {import('./boards.mjs').Board} options.board
 * @param {import('./toolchain.mjs').Toolchain} options.toolchain
 * @param {keyof typeof PROGRAMS} [options.program] a program instead of the core
 * @param {string[]} [options.defines] besides the board's own
 * @param {string} [options.folder] the folder of the results (default: build/firmware/BOARD)
 * @param {string | string[]} [options.engine] an engine to build in, see firmwareParts; for the program `network`, its sources
 * @returns {Promise<{ files: string[], sizes: ReturnType<typeof sizesOf> }>}
 */
export async function buildBoard({ board, toolchain, program, defines = [], folder, engine }) {
  const name = program ? `${board.name}-${program}` : board.name;
  const output = folder ?? join(root, 'build', 'firmware', name);
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });

  const compile = [...toolchain.compile(board.cpu), ...includes(board), `-ffile-prefix-map=${root}=.`];
  // The later of two defines of one name counts.
  const settings = Object.entries(
    Object.fromEntries([...board.defines, ...defines].map((define) => define.split('='))),
  ).map(([setting, value]) => `-D${setting}=${value}`);
  const groups = partsOf(board, toolchain, program, engine).map(({ group, sources, flags }) =>
    sources.map((source) => ({
      object: join(output, 'objects', group, `${basename(source, extname(source))}.o`),
      args: [board.optimize, ...flags, ...toolchain.silence, ...settings, source],
    })),
  );
  const objects = groups.flat();
  await eachAtOnce(objects, ({ object, args }) => {
    mkdirSync(dirname(object), { recursive: true });
    return run([...compile, ...args, '-o', object]);
  });

  const script = join(output, 'link.ld');
  writeFileSync(script, [join(board.folder, 'board.ld'), join(SHARED, 'cortex-m.ld')].map(read).join(''));
  const elfFile = join(output, 'firmware.elf');
  // Relative paths, so that the result does not depend on the folder of the repository.
  const paths = objects.map(({ object }) => relative(root, object));
  await run([...toolchain.link(board.cpu), '-T', script, ...paths, ...toolchain.libraries, '-o', elfFile]);
  const result = finish(board, output, elfFile);
  return program || engine ? result : { ...result, files: [...result.files, addNotice(output)] };
}

/** Adds the license that must accompany the image. */
function addNotice(output) {
  const notice = join(output, 'wasm3-LICENSE');
  copyFileSync(join(INTERPRETER_DIR, 'LICENSE'), notice);
  return notice;
}

/** Converts an ELF file to the formats of boards. */
function finish(board, output, elfFile) {
  const file = readFileSync(elfFile);
  const elf = parseElf(file);
  if (board.bootChecksum) {
    sealBoot(elf.segments[0].bytes);
    writeFileSync(elfFile, file);
  }
  const image = flatten(elf.segments);
  const files = { bin: image.bytes, map: formatMap(elf) };
  if (board.uf2Family) files.uf2 = encodeUf2(image.bytes, image.address, Number(board.uf2Family));
  for (const [extension, bytes] of Object.entries(files))
    writeFileSync(join(output, `firmware.${extension}`), bytes);
  const sizes = sizesOf(elf);
  writeFileSync(join(output, 'sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`);
  return { files: ['elf', ...Object.keys(files)].map((name) => join(output, `firmware.${name}`)), sizes };
}

function partsOf(board, toolchain, program, engine) {
  const port = [
    {
      group: 'port',
      sources: readdirSync(board.folder)
        .filter((name) => /\.[cS]$/.test(name))
        .map((name) => join(board.folder, name)),
      flags: [...PORT_FLAGS, '-Os'],
    },
    {
      group: 'port',
      sources: [...ALWAYS_SHARED, ...board.shared].map((name) => join(SHARED, name)),
      flags: PORT_FLAGS,
    },
  ];
  if (program) {
    const { sources, flags, isFirmware } = PROGRAMS[program];
    const paths = sources.map((path) => join(root, path));
    const own = engine ? [`-I${dirname([engine].flat()[0])}`] : [];
    const part = { group: 'core', sources: paths, flags: [...PORT_FLAGS, ...flags, ...own] };
    return [
      ...port,
      ...(isFirmware ? forSize(part, toolchain.whole) : [part]),
      ...(engine ? [{ group: 'engine', sources: [engine].flat(), flags: BUILT_IN_FLAGS }] : []),
    ];
  }
  fetchInterpreter();
  const parts = [{ group: 'core', sources: [MAIN_SOURCE], flags: CORE_FLAGS }, ...firmwareParts(engine)];
  return [
    ...port,
    ...parts.flatMap((part) => (part.group === 'core' ? forSize(part, toolchain.whole) : [part])),
  ];
}

/** Builds our own C as a whole and for size, except its loops. */
function forSize({ group, sources, flags }, whole) {
  const isFast = (source) => FAST_SOURCES.includes(source);
  const all = [...flags, ...whole];
  return [
    { group, sources: sources.filter(isFast), flags: all },
    { group, sources: sources.filter((source) => !isFast(source)), flags: [...all, '-Os'] },
  ];
}

/** Vector tables use GNU's ranges. */
const PORT_FLAGS = ['-std=gnu11', '-Wall', '-Wextra', '-Werror'];

const includes = (board) => [
  ...['-isystem', join(SHARED, 'include')],
  ...[SHARED, board.folder, join(root, 'firmware/core'), join(root, 'firmware/kernels')].map(
    (folder) => `-I${folder}`,
  ),
];

const read = (path) => readFileSync(path, 'utf8');

/** Works on as many items at once as there are processors. */
async function eachAtOnce(items, work) {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** @param {string[]} command @returns {Promise<void>} */
function run([program, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes) => {
        said += bytes;
      });
    }
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(new FirmwareError(`${said}\nThe compiler failed; what it said is above.`)),
    );
  });
}
